import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { SANDBOX_TOKEN } from '../../src/sandbox/cloud/index.js';
import { SIGNATURE } from './api.js';
import { Ledger, pick } from './written.js';

/** One call of the provider, and what matters of the answer. `{name}` stands for a kept value, `{name:number}` for it as a number. */
export interface Exchange {
  /** Method and path, below the API's root or a whole kept address. The Cloud API's usual query is added where there is none. */
  call: string;
  headers?: Record<string, string>;
  /** A string is sent as it is, anything else as JSON. */
  body?: unknown;
  status: number;
  /** What later calls need: a JSON pointer into the answer, or the header `location`. */
  keep?: Record<string, string>;
  /** Part of the answer. */
  answer?: object;
  /** Texts that the answer contains. */
  contains?: string[];
  /** The call is repeated until the value is there; until then it must be one of the others. */
  wait?: { at: string; for: string; meanwhile: string[] };
  /** The call is repeated until it answers `status`, and answers 200 before (`gone`) or 404 (`appears`). */
  gone?: true;
  appears?: true;
  /** The body is the new value, or the changed part, of the thing of that name. */
  writes?: string;
  /** The answer must have everything that was written to the thing of that name, and in a replan nothing else than before. */
  reads?: string;
}

export interface Recording {
  about: string;
  api?: 'object storage';
  phases: Record<string, Exchange[]>;
}

export const recording = async (name: string): Promise<Recording> =>
  JSON.parse(await readFile(new URL(`../sandbox/recordings/${name}.json`, import.meta.url), 'utf8')) as Recording;

const CLOUD_QUERY = '?depth=0&pretty=true';
/** A cloud that has not come to an end after so many looks never will. */
const MOST_POLLS = 100;

interface Answer {
  status: number;
  location: string | null;
  text: string;
}

/** Plays recordings against a door, and remembers what it kept and wrote from one to the next. */
export class Replayer {
  readonly kept: Record<string, string> = {};
  /** What a call that waits was told before its end, by call. */
  readonly seen: Record<string, string[]> = {};
  readonly #url: string;
  readonly #pause: () => Promise<void>;
  readonly #ledger = new Ledger();

  /** `pause` lets the cloud's time go on between two looks. */
  constructor(url: string, pause: () => Promise<void>) {
    this.#url = url;
    this.#pause = pause;
  }

  /** Plays phases of a recording, all of them unless some are named. Fails at the first answer that is not the recorded one. */
  async play({ api, phases }: Recording, ...names: string[]): Promise<void> {
    for (const name of names.length > 0 ? names : Object.keys(phases)) {
      for (const [index, exchange] of (phases[name] ?? []).entries()) {
        await this.#exchange(exchange, api, name, `${name} ${index + 1}: ${exchange.call}`);
      }
    }
  }

  async #exchange(exchange: Exchange, api: Recording['api'], phase: string, where: string): Promise<void> {
    const body = this.#fill(exchange.body);
    const answer = await this.#settled(exchange, body, api, where);
    expect(answer.status, `${where}\n${answer.text}`).toBe(exchange.status);
    const json = (): unknown => JSON.parse(answer.text);
    for (const text of exchange.contains ?? []) expect(answer.text, where).toContain(this.#fill(text));
    if (exchange.answer !== undefined) expect(json(), where).toMatchObject(this.#fill(exchange.answer) as object);
    for (const [name, at] of Object.entries(exchange.keep ?? {})) {
      const value = at === 'location' ? answer.location : pick(json(), at);
      expect(value, `${where} keeps ${at}`).toBeTruthy();
      this.kept[name] = String(value);
    }
    if (exchange.writes !== undefined) this.#ledger.wrote(exchange.writes, body);
    if (exchange.reads !== undefined) this.#ledger.read(exchange.reads, answer.text, phase.startsWith('replan'), where);
  }

  async #settled(exchange: Exchange, body: unknown, api: Recording['api'], where: string): Promise<Answer> {
    const { wait } = exchange;
    const before = exchange.gone ? 200 : exchange.appears ? 404 : undefined;
    for (let poll = 0; poll < MOST_POLLS; poll += 1) {
      const answer = await this.#send(exchange, body, api);
      const value = wait === undefined || answer.status !== exchange.status ? undefined : String(pick(JSON.parse(answer.text), wait.at));
      const over = wait === undefined ? before === undefined || answer.status !== before : value === undefined || value === wait.for;
      if (over) return answer;
      if (wait !== undefined) expect(wait.meanwhile, where).toContain(value);
      (this.seen[exchange.call] ??= []).push(value ?? String(answer.status));
      await this.#pause();
    }
    throw new Error(`${where}: no end after ${MOST_POLLS} looks`);
  }

  async #send(exchange: Exchange, body: unknown, api: Recording['api']): Promise<Answer> {
    const [method = '', path = ''] = String(this.#fill(exchange.call)).split(' ');
    const base = api === undefined ? `${this.#url}/cloudapi/v6` : this.#url;
    const whole = path.startsWith('http') ? path : `${base}${path}${api === undefined && !path.includes('?') ? CLOUD_QUERY : ''}`;
    const response = await fetch(whole, {
      method,
      headers: {
        authorization: api === undefined ? `Bearer ${SANDBOX_TOKEN}` : SIGNATURE,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...exchange.headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: response.status, location: response.headers.get('location'), text: await response.text() };
  }

  #fill(value: unknown): unknown {
    if (typeof value === 'string') {
      const number = /^\{(\w+):number\}$/.exec(value)?.[1];
      if (number !== undefined) return Number(this.#keptAs(number));
      return value.replace(/\{(\w+)\}/g, (_match, name: string) => this.#keptAs(name));
    }
    if (Array.isArray(value)) return value.map((item) => this.#fill(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#fill(item)]));
  }

  #keptAs(name: string): string {
    const value = this.kept[name];
    if (value === undefined) throw new Error(`the recording uses {${name}} before it keeps it`);
    return value;
  }
}
