import { MODEL_IDS, SANDBOX_MODEL_TOKEN } from '../cloud/catalog.js';
import { CloudError } from '../cloud/cloud-error.js';
import { jsonOf } from './body.js';
import { bearerOf } from './router.js';
import type { Call, Reply, Route } from './router.js';

const assertModelToken = (call: Call): void => {
  if (bearerOf(call.headers) !== SANDBOX_MODEL_TOKEN) throw new CloudError(401, '315', 'Unauthorized');
};

const listModels = (call: Call): Reply => {
  assertModelToken(call);
  return { status: 200, body: { object: 'list', data: MODEL_IDS.map((id) => ({ id, object: 'model', created: 0, owned_by: 'sandbox' })) } };
};

const complete = (call: Call): Reply => {
  assertModelToken(call);
  const model = (jsonOf(call) as { model?: unknown } | undefined)?.model;
  if (typeof model !== 'string' || !MODEL_IDS.includes(model))
    throw new CloudError(404, '309', `The model ${JSON.stringify(model ?? null)} does not exist`);
  const content = 'This is the ionos-tenants sandbox on this machine: no language model answers here.';
  return {
    status: 200,
    body: {
      id: 'chatcmpl-sandbox',
      object: 'chat.completion',
      created: Math.floor(Date.now() / 1000),
      model,
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
    },
  };
};

/** The AI Model Hub's two calls that the product makes, with a token of their own. */
export const modelRoutes = (): Record<string, Route> => ({
  'GET /v1/models': listModels,
  'POST /v1/chat/completions': complete,
});
