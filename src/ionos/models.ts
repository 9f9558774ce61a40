import { ExitCode, InstallerError } from '../engine/errors.js';
import { readToken } from './credentials.js';

/** The AI Model Hub's OpenAI-compatible address. Any other compatible service works as well. */
export const MODEL_HUB_URL = 'https://openai.inference.de-txl.ionos.com';

/** Checks a model token with `GET /v1/models` and returns the ids that it may use. Exit code 4 when it is refused. */
export const listModels = async (baseUrl: string, token: string, signal?: AbortSignal): Promise<string[]> => {
  const url = `${baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/models`;
  let response: Response;
  try {
    response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.any([AbortSignal.timeout(30_000), ...(signal ? [signal] : [])]) });
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw new InstallerError({
      code: 'models-unreachable',
      what: 'the model service was not reached',
      why: `${url}: ${error instanceof Error ? error.message : String(error)}`,
      next: ['Check the network, or onboard the tenant without models: --models none.'],
    });
  }
  if (response.status === 401 || response.status === 403) {
    throw new InstallerError({
      code: 'model-token',
      what: 'the model service did not accept the model token',
      why: `${url} answered ${response.status}`,
      next: ['Make a token for a user with the privilege to use the AI Model Hub, and set IONOS_MODEL_TOKEN.', 'Or onboard the tenant without models: --models none.'],
      exitCode: ExitCode.credentials,
    });
  }
  if (!response.ok) throw new InstallerError({ code: 'models-unreachable', what: 'the model service did not answer as expected', why: `${url} answered ${response.status}`, next: ['Try again later, or use --models none.'] });
  const body = (await response.json().catch(() => undefined)) as { data?: { id?: string }[] } | undefined;
  if (!Array.isArray(body?.data)) throw new InstallerError({ code: 'models-unreachable', what: 'the model service did not answer as expected', why: `${url} did not answer with a list of models`, next: ['Check --models-url: it names an OpenAI-compatible service.', 'Or use --models none.'] });
  return body.data.map((model) => model.id ?? '').filter((id) => id !== '');
};

/** The one privilege that a model token needs. */
const MODEL_PRIVILEGE = /^access_?and_?manage_?ai_?model_?hub$/i;

/**
 * Refuses a token that could do more than talk to models: the model gateway keeps it in the cluster, so its rights are what a
 * break-out would win. Tokens that are not IONOS's say nothing about their rights and pass.
 */
export const refuseWideModelToken = (token: string, operatorToken: string | undefined): void => {
  const wider = readToken(token)?.privileges.filter((privilege) => !MODEL_PRIVILEGE.test(privilege)) ?? [];
  if (token !== operatorToken && wider.length === 0) return;
  throw new InstallerError({
    code: 'model-token-too-wide',
    what: 'the model token may do more than use models',
    why: token === operatorToken ? 'it is the same as the credentials that manage the cloud' : `it may also: ${wider.join(', ')}`,
    next: ['Make a token of a user of its own, in a group with the AI Model Hub privilege only, and set IONOS_MODEL_TOKEN.', 'To use it all the same: --insist-on-model-token'],
    exitCode: ExitCode.credentials,
  });
};
