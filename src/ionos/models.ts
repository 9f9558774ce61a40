import { ExitCode, InstallerError } from '../engine/errors.js';

/** The AI Model Hub's OpenAI-compatible address. Any other compatible service works as well. */
export const MODEL_HUB_URL = 'https://openai.inference.de-txl.ionos.com';

/** Checks a model token with `GET /v1/models` and returns the ids that it may use. Exit code 4 when it is refused. */
export const listModels = async (baseUrl: string, token: string, signal?: AbortSignal): Promise<string[]> => {
  const url = `${baseUrl.replace(/\/+$/, '').replace(/\/v1$/, '')}/v1/models`;
  let response: Response;
  try {
    response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.any([AbortSignal.timeout(30_000), ...(signal ? [signal] : [])]) });
  } catch (error) {
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
  const body = (await response.json()) as { data?: { id?: string }[] };
  return (body.data ?? []).map((model) => model.id ?? '').filter((id) => id !== '');
};
