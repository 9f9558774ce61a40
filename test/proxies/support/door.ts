import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { render } from '../../charts/rendering.js';
import type { Values } from '../../charts/rendering.js';
import { changed, valuesOf } from '../../charts/tenants.js';
import { Pod } from './pod.js';
import { App } from './web.js';

/** The gateway of a tenant, with applications of the test's own behind it. */
export class Door {
  pod: Pod | undefined;
  readonly address: string;
  /** The volume of the certificates. */
  readonly certificates: string;

  private constructor(
    readonly folder: string,
    readonly net: number,
    readonly wordpress: App,
    readonly openwebui: App,
  ) {
    this.address = `198.18.${net}.100`;
    this.certificates = join(folder, 'certificates');
  }

  static async prepare(net: number): Promise<Door> {
    const folder = await mkdtemp(join(tmpdir(), 'door-'));
    const door = new Door(folder, net, await App.listen(`198.18.${net}.11`), await App.listen(`198.18.${net}.12`));
    await mkdir(door.certificates);
    return door;
  }

  /** The gateway with these values over a small tenant's; the volume is the same each time. */
  async open(values: Values = {}, hosts: Record<string, string> = {}): Promise<Pod> {
    const manifests = await render('gateway', changed(valuesOf('small').gateway, values));
    const apps = { wordpress: `198.18.${this.net}.11`, openwebui: `198.18.${this.net}.12` };
    this.pod = await Pod.start({ manifests, name: 'gateway', address: this.address, hosts: { ...apps, ...hosts }, claims: { 'gateway-data': this.certificates } });
    return this.pod;
  }

  /** As when the pod is replaced: the next one gets the same address and volume. */
  async shut(): Promise<void> {
    await this.pod?.terminate();
    await this.pod?.remove();
    this.pod = undefined;
  }

  async close(): Promise<void> {
    await this.pod?.remove();
    for (const app of [this.wordpress, this.openwebui]) app.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
