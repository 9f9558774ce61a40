import type { PodState, TenantView } from './tenant-view.js';

/** Path of the page's own state, which its script asks for. */
export const STATE_PATH = '/.sandbox/state.json';

export const escapeHtml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');

const style = (accent: string): string => `
:root { color-scheme: light dark; --ink: #14202e; --soft: #51606f; --paper: #f6f8fa; --card: #fff; --line: #d8dfe6; --accent: ${accent}; --good: #0a6b3d; --wait: #8a4b00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8eef4; --soft: #a5b3c0; --paper: #0d141c; --card: #151f2a; --line: #2a3846; --accent: color-mix(in srgb, ${accent} 45%, #fff); --good: #5fd39a; --wait: #f2b664; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1 { font-size: clamp(1.8rem, 5vw, 2.6rem); line-height: 1.15; margin: .4rem 0 1rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
.badge { display: inline-block; padding: .15rem .7rem; border: 1px solid var(--accent); border-radius: 99px; color: var(--accent); font-size: .875rem; font-weight: 600; }
.lead { font-size: 1.15rem; color: var(--soft); margin: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1.25rem; margin: 0; padding: 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; overflow: hidden; font-size: .9375rem; }
th, td { text-align: left; padding: .5rem .9rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
tr:last-child td { border-bottom: 0; } th { color: var(--soft); font-weight: 600; }
.good { color: var(--good); font-weight: 600; } .wait { color: var(--wait); font-weight: 600; }
a { color: var(--accent); } code { font-family: ui-monospace, monospace; font-size: .92em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: .1rem; } dd { margin-bottom: .6rem; } }
`;

const ACCENTS: Record<string, string> = { wordpress: '#1f5f99', openwebui: '#0a6a6a' };

const row = (pod: PodState): string =>
  `<tr><td><code>${escapeHtml(pod.name)}</code></td><td>${escapeHtml(pod.application)}</td><td class="${pod.ready ? 'good' : 'wait'}">${escapeHtml(pod.ready ? 'ready' : pod.status)}</td></tr>`;

/** The table's body alone, which the page's script puts in place of the old one. */
export const podRows = (view: TenantView): string => view.pods.map(row).join('') || '<tr><td colspan="3">No pods yet.</td></tr>';

export const stateLine = (view: TenantView): string =>
  view.up ? 'Gateway and application are ready.' : 'Not ready yet: the gateway or the application is still starting.';

// Asks every three seconds; when the answer changes from starting to ready, the page is loaded once more.
const script = (up: boolean): string => `
const was = ${String(up)};
setInterval(async () => {
  try {
    const state = await (await fetch(${JSON.stringify(STATE_PATH)}, { cache: 'no-store' })).json();
    if (state.up !== was) location.reload();
    document.getElementById('pods').innerHTML = state.rows;
    const line = document.getElementById('state');
    if (line.textContent !== state.line) line.textContent = state.line;
  } catch { document.getElementById('state').textContent = 'The sandbox has ended: this page no longer changes.'; }
}, 3000);
`;

const fact = (term: string, description: string): string => `<dt>${escapeHtml(term)}</dt><dd>${description}</dd>`;

/** The page that an endpoint shows: complete in itself, for light and dark screens, for keyboards and screen readers. */
export const renderPage = (view: TenantView, nonce: string): string => {
  const { application, displayName } = view;
  const title = `${application.title} of ${displayName}`;
  const address = `http://${view.ip}${view.port === 80 ? '' : `:${view.port}`}`;
  const allowed = view.allowed.length === 0 || view.allowed.includes('0.0.0.0/0') ? 'everybody' : view.allowed.join(', ');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} (sandbox)</title>
<style nonce="${nonce}">${style(ACCENTS[application.id] ?? '#4a3f9f')}</style>
</head>
<body>
<main>
<p class="badge">Sandbox</p>
<h1>${escapeHtml(title)}</h1>
<p class="lead">This page comes from the IONOS tenants sandbox on this machine. Nothing was created in the cloud, and nothing costs anything. It stands for ${escapeHtml(application.title)} of tenant ${escapeHtml(view.tenant)}.</p>
<p id="state" role="status">${stateLine(view)}</p>
<h2>On IONOS Cloud</h2>
<p>Here would be ${escapeHtml(application.wouldBe)}.</p>
<dl>
${fact('Tenant', `${escapeHtml(displayName)} (<code>${escapeHtml(view.tenant)}</code>)`)}
${fact('Dedicated address', `<code>${escapeHtml(address)}</code>, from an IP block that terraform owns. Here it is an address reserved for documentation.`)}
${fact('Reachable for', escapeHtml(allowed))}
${fact('Isolation', `level <code>${escapeHtml(view.isolation)}</code>: ${escapeHtml(view.guards.join(', '))}. The sandbox stores these rules; a real cluster enforces them.`)}
${fact('Image', `<code>${escapeHtml(view.image)}</code>`)}
${view.sibling ? fact('Beside it', `<a href="${escapeHtml(view.sibling.url)}">${escapeHtml(view.sibling.title)} of ${escapeHtml(displayName)}</a>`) : ''}
</dl>
<h2 id="pods-title">Pods of this tenant</h2>
<table aria-labelledby="pods-title">
<thead><tr><th scope="col">Pod</th><th scope="col">Application</th><th scope="col">State</th></tr></thead>
<tbody id="pods">${podRows(view)}</tbody>
</table>
</main>
<script nonce="${nonce}">${script(view.up)}</script>
</body>
</html>
`;
};
