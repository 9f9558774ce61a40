import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, problem } from './support/client.js';
import { Site } from './support/site.js';

let site: Site;
beforeAll(async () => {
  site = await Site.start();
});
afterAll(() => site.remove());

/** An image of this size, made by PHP: with a palette (little memory here), or with 4 bytes for each pixel. */
const image = (width: number, height: number, kind: 'png' | 'jpeg' | 'webp' | 'gif' = 'png', of: 'palette' | 'truecolor' = kind === 'png' || kind === 'gif' ? 'palette' : 'truecolor'): string =>
  execFileSync('/usr/bin/php', ['-d', 'memory_limit=1G', '-r', `$image = imagecreate${of === 'palette' ? '' : 'truecolor'}(${width}, ${height}); imagecolorallocate($image, 9, 99, 199); ob_start(); image${kind}($image); echo base64_encode(ob_get_clean());`], { encoding: 'utf8', maxBuffer: 64e6 });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const upload = (filename: string, data: string, more: Record<string, unknown> = {}): Promise<{ id: number; url: string; type: string; title: string; alt: string }> => call(site, 'upload-media', { filename, data, ...more });
const files = (): Promise<number> => site.php<number>("return (int) array_sum( (array) wp_count_attachments() );");

describe('uploading', () => {
  it('puts an image into the library, where visitors get it, in smaller sizes too', async () => {
    const data = image(1200, 900, 'jpeg');
    const { id, url, type, title, alt } = await upload('Unser Team.jpg', data, { title: 'Das Team', alt: 'Fünf "Leute" \\ ein Hund <b>' });
    expect([type, title, alt]).toEqual(['image/jpeg', 'Das Team', 'Fünf "Leute" \\ ein Hund']);
    expect(url).toMatch(/\/wp-content\/uploads\/\d{4}\/\d\d\/Unser-Team\.jpg$/);
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    expect(Buffer.from(await answer.arrayBuffer()).toString('base64')).toBe(data);
    expect(await site.php<string[]>(`return array_keys( wp_get_attachment_metadata( ${id} )['sizes'] );`)).toEqual(expect.arrayContaining(['thumbnail', 'medium', 'large']));
    expect(await site.php<string>(`return get_userdata( get_post( ${id} )->post_author )->user_login;`)).toBe('assistant');
  });

  it.each([['png', 'image/png'], ['gif', 'image/gif'], ['webp', 'image/webp']] as const)('takes %s', async (kind, type) => {
    expect(await upload(`a.${kind}`, image(4, 4, kind))).toMatchObject({ type });
  });

  it('takes documents', async () => {
    expect(await upload('paper.pdf', base64('%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n'))).toMatchObject({ type: 'application/pdf' });
    expect(await upload('notes.txt', base64('some notes\n'))).toMatchObject({ type: 'text/plain' });
  });

  it('takes data as it stands in the src of an image, and base64 in lines', async () => {
    const data = image(4, 4);
    expect(await upload('src.png', `data:image/png;base64,${data}`)).toMatchObject({ type: 'image/png' });
    expect(await upload('lines.png', data.replace(/.{20}/g, '$&\n'))).toMatchObject({ type: 'image/png' });
  });

  it('gives the second file of a name another name', async () => {
    const [first, second] = [await upload('same.png', image(4, 4)), await upload('same.png', image(5, 5))];
    expect([first.url, second.url].map((url) => url.split('/').pop())).toEqual(['same.png', 'same-1.png']);
  });

  it('names a file after what is in it, not after what it is called', async () => {
    const { url, type } = await upload('really-a.jpg', image(4, 4, 'png'));
    expect([type, url.split('/').pop()]).toEqual(['image/png', 'really-a.png']);
  });

  it('stays inside its folder', async () => {
    for (const name of ['../../../evil.png', '..\\..\\evil.png', '/etc/evil.png', 'a/../../b.png']) {
      const { id, url } = await upload(name, image(4, 4));
      expect(url).toMatch(/\/uploads\/\d{4}\/\d\d\/[\w.-]+\.png$/);
      expect(await site.php<boolean>(`return str_starts_with( realpath( get_attached_file( ${id} ) ), wp_upload_dir()['path'] . '/' );`)).toBe(true);
    }
  });
});

describe('what is not taken', () => {
  const PHP = base64('<?php echo "owned";');
  it.each([
    ['a program', 'evil.php', PHP],
    ['a program that is called an image', 'evil.jpg', PHP],
    ['a program with two endings', 'evil.php.png', PHP],
    ['a page with a script', 'page.html', base64('<script>alert(1)</script>')],
    ['a drawing that can hold scripts', 'drawing.svg', base64('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
    ['text that is called an image', 'words.png', base64('just words')],
    ['a file without an ending', 'file', base64('just words')],
    ['settings of the web server', '.htaccess', base64('Require all granted')],
  ])('is %s, and the model is told what is', async (_title, filename, data) => {
    const before = await files();
    const words = await problem(site, 'upload-media', { filename, data });
    expect(words).toMatch(/is not taken: either its content is not what its ending says, or its kind is not allowed\. Allowed endings: .*png.*pdf/);
    expect(await files()).toBe(before);
  });

  it('is what is not base64, or empty', async () => {
    for (const data of ['%%%%', 'äöüä', '====']) expect(await problem(site, 'upload-media', { filename: 'a.png', data }), data).toBe('data is not base64.');
    expect(await problem(site, 'upload-media', { filename: 'a.png', data: '' })).toMatch(/data must be at least 4 characters long/);
    expect(await problem(site, 'upload-media', { filename: 'a.png' })).toMatch(/data is a required property/);
    expect(await problem(site, 'upload-media', { data: 'abcd' })).toMatch(/filename is a required property/);
    expect(await problem(site, 'upload-media', { filename: 'a.png', url: 'http://127.0.0.1/a.png' })).toMatch(/Wrong arguments/);
  });

  it('is a file over 8 MiB; one just below is taken', async () => {
    const pdf = (bytes: number): string => Buffer.concat([Buffer.from('%PDF-1.4\n'), Buffer.alloc(bytes - 9, 'x')]).toString('base64');
    expect(await upload('large.pdf', pdf(8 * 1024 * 1024))).toMatchObject({ type: 'application/pdf' });
    expect(await problem(site, 'upload-media', { filename: 'larger.pdf', data: pdf(8 * 1024 * 1024 + 100_000) })).toMatch(/^The file has 8\.1 MiB; at most 8 MiB are taken here/);
  });

  it('is a small file that unpacks to more memory than a request has; the largest that is taken fits', async () => {
    expect(await upload('most.png', image(5000, 5000, 'png', 'truecolor'))).toMatchObject({ type: 'image/png' });
    expect(await problem(site, 'upload-media', { filename: 'bomb.png', data: image(20_000, 20_000) })).toBe('The image has 20000 × 20000 pixels; at most 25 million are taken. Make it smaller.');
    expect(site.log()).not.toContain('Allowed memory size');
  });
});

describe('listing', () => {
  it('shows files by words and by kind, by page', async () => {
    const total = await files();
    expect(await call(site, 'list-media', { per_page: 2 })).toMatchObject({ total, next: 2, entries: [{}, {}] });
    expect(await call(site, 'list-media', { search: 'Team' })).toMatchObject({ total: 1, next: null, entries: [{ title: 'Das Team' }] });
    const documents = await call(site, 'list-media', { kind: 'application' });
    expect(documents.entries.map(({ type }: { type: string }) => type)).toEqual(['application/pdf', 'application/pdf']);
    expect(await call(site, 'list-media', { page: 99 })).toMatchObject({ entries: [], next: null });
    expect(await problem(site, 'list-media', { kind: 'picture' })).toMatch(/kind is not one of image, video, audio, and application/);
  });
});

describe('uploads', () => {
  it('are never run as programs, however they came there', async () => {
    await site.php("file_put_contents( wp_upload_dir()['basedir'] . '/planted.php', '<?php echo \"owned\";' );");
    const answer = await fetch(`${site.publicUrl}/wp-content/uploads/planted.php`);
    expect(answer.status).toBe(403);
    expect(await answer.text()).not.toContain('owned');
  });
});
