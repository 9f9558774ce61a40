import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from './support/client.js';
import { until } from './support/machine.js';
import { Site } from './support/site.js';

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterAll(() => site.remove());

/** A time of the site, as the assistant writes it. */
const inMinutes = (minutes: number): Promise<string> => site.php<string>(`return current_datetime()->modify( '+${minutes} minutes' )->format( 'Y-m-d\\TH:i:s' );`);
const status = async (id: number): Promise<string> => (await call(site, 'read-post', { id })).status as string;
const visit = async (url: string): Promise<number> => (await fetch(url, { redirect: 'manual' })).status;

it('what is scheduled is published by the schedule beside the web server, once its time has come', async () => {
  const { id, status: made } = await call(site, 'create-post', { title: 'Opening day', slug: 'opening-day', content: '<p>We are open.</p>', status: 'future', date: await inMinutes(30) });
  const url = `${site.publicUrl}/opening-day/`;
  expect(made).toBe('future');
  expect(await call(site, 'site-info')).toMatchObject({ scheduled: 1 });

  await site.cronRound();
  expect([await status(id), await visit(url)]).toEqual(['future', 404]);

  // The clock of the schedule alone goes on by an hour.
  await site.cronRound('+1h');
  expect(await until('the post to be public', async () => (await status(id)) === 'publish')).toBe(true);
  expect(await visit(url)).toBe(200);
});

it('visitors do not run the schedule: nobody outside can make it work', async () => {
  expect((await fetch(`${site.publicUrl}/wp-cron.php?doing_wp_cron`)).status).toBe(403);
});

it('publish with a date in the future is scheduled, and the model is told', async () => {
  const date = await inMinutes(90);
  const made = await call(site, 'create-post', { title: 'Later', content: 'x', status: 'publish', date });
  expect(made).toMatchObject({ status: 'future', date });
  expect(made.note).toContain(`will be published at ${date.replace('T', ' ')}`);
});

it('a schedule can be moved, and taken back', async () => {
  const { id } = await call(site, 'create-post', { title: 'Moved', content: 'x', status: 'future', date: await inMinutes(10) });
  await call(site, 'update-post', { id, date: await inMinutes(24 * 60) });
  await site.cronRound('+1h');
  expect(await status(id)).toBe('future');
  await call(site, 'update-post', { id, status: 'draft' });
  await site.cronRound('+48h');
  expect(await status(id)).toBe('draft');
});

it('one that breaks does not stop the others', async () => {
  await site.php("file_put_contents( WPMU_PLUGIN_DIR . '/broken.php', '<?php add_action( \"breaks\", function () { throw new Exception( \"no\" ); } );' ); wp_schedule_single_event( time() - 60, 'breaks' );");
  const { id } = await call(site, 'create-post', { title: 'In spite of it', content: 'x', status: 'future', date: await inMinutes(30) });
  // It leaves its lock behind, which the round after the next minute ignores.
  for (const clock of ['+1h', '+2h']) await site.cronRound(clock);
  expect(await status(id)).toBe('publish');
});
