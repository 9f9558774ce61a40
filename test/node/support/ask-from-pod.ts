import type { TheNode } from './the-node.js';

/** What is in Open WebUI's image anyway. Keys and tokens come over the standard input, so that they are in no argument. */
const PROGRAM = `
import json, sys, urllib.request, urllib.error
asked = json.load(sys.stdin)
data = None if asked.get('body') is None else json.dumps(asked['body']).encode()
request = urllib.request.Request(asked['url'], data=data, headers=asked['headers'], method=asked['method'])
try:
    answer = urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=5)
except urllib.error.HTTPError as error:
    answer = error
except (urllib.error.URLError, TimeoutError) as error:
    print(json.dumps({'status': 0, 'text': str(error)}))
    sys.exit()
print(json.dumps({'status': answer.status, 'text': answer.read().decode()}))
`;

export interface Asking {
  url: string;
  method?: string;
  /** Sent as JSON. */
  body?: unknown;
  bearer?: string | undefined;
  headers?: Readonly<Record<string, string>>;
}

/** Asks from inside a tenant's Open WebUI, as code that runs there could. Status 0 is no answer at all within five seconds. */
export const askFromOpenWebui = async (node: TheNode, tenant: string, { url, method, body, bearer, headers = {} }: Asking): Promise<{ status: number; text: string }> => {
  const input = JSON.stringify({
    url, body, method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }), ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }), ...headers },
  });
  const { exitCode, stdout, stderr } = await node.inPod(`tenant-${tenant}`, 'openwebui-0', ['python3', '-c', PROGRAM], input);
  if (exitCode !== 0) throw new Error(`${url} from ${tenant}: ${stderr}`);
  return JSON.parse(stdout) as { status: number; text: string };
};
