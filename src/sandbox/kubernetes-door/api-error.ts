import type { KindInfo } from './kinds.js';
import { qualifiedPlural } from './kinds.js';

export interface StatusCause {
  reason?: string;
  message: string;
  field?: string;
}

/** What a Kubernetes API answers when it refuses. */
export interface StatusBody {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, never>;
  status: 'Failure' | 'Success';
  message?: string;
  reason?: string;
  details?: { name?: string; group?: string; kind?: string; uid?: string; causes?: StatusCause[]; retryAfterSeconds?: number };
  code: number;
}

/** A refusal, as the Status object that the client gets. */
export class ApiError extends Error {
  readonly code: number;
  readonly body: StatusBody;

  constructor(code: number, reason: string, message: string, details?: StatusBody['details']) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.body = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, ...(details ? { details } : {}), code };
  }
}

const detailsOf = (info: KindInfo, name: string): NonNullable<StatusBody['details']> => ({
  ...(name === '' ? {} : { name }),
  ...(info.group === '' ? {} : { group: info.group }),
  kind: info.plural,
});

export const notFound = (info: KindInfo, name: string): ApiError =>
  new ApiError(404, 'NotFound', `${qualifiedPlural(info)} "${name}" not found`, detailsOf(info, name));

export const pathNotFound = (): ApiError => new ApiError(404, 'NotFound', 'the server could not find the requested resource');

export const alreadyExists = (info: KindInfo, name: string): ApiError =>
  new ApiError(409, 'AlreadyExists', `${qualifiedPlural(info)} "${name}" already exists`, detailsOf(info, name));

export const conflict = (info: KindInfo, name: string, why: string, causes?: StatusCause[]): ApiError =>
  new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${qualifiedPlural(info)} "${name}": ${why}`, {
    ...detailsOf(info, name),
    ...(causes ? { causes } : {}),
  });

/** A conflict of server-side apply: its causes name the field and who owns it. */
export const applyConflict = (info: KindInfo, name: string, causes: StatusCause[]): ApiError =>
  new ApiError(
    409,
    'Conflict',
    `Apply failed with ${causes.length} conflict${causes.length === 1 ? '' : 's'}: ${causes.map((cause) => `${cause.message}: ${cause.field ?? ''}`).join(', ')}`,
    { ...detailsOf(info, name), causes },
  );

export const invalid = (info: KindInfo, name: string, causes: StatusCause[]): ApiError => {
  const described = causes.map((cause) => `${cause.field ?? ''}: ${cause.message}`);
  return new ApiError(
    422,
    'Invalid',
    `${info.kind}${info.group === '' ? '' : `.${info.group}`} "${name}" is invalid: ${described.length === 1 ? described.join('') : `[${described.join(', ')}]`}`,
    { ...detailsOf(info, name), kind: info.kind, causes },
  );
};

export const badRequest = (message: string): ApiError => new ApiError(400, 'BadRequest', message);

export const forbidden = (info: KindInfo, name: string, why: string, causes?: StatusCause[]): ApiError =>
  new ApiError(403, 'Forbidden', `${qualifiedPlural(info)} "${name}" is forbidden: ${why}`, {
    ...detailsOf(info, name),
    ...(causes ? { causes } : {}),
  });

export const methodNotAllowed = (): ApiError =>
  new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');

export const unsupportedMediaType = (accepted: string[]): ApiError =>
  new ApiError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`);

/** The revision that a watch or a continued list starts from is no longer remembered. */
export const expired = (message = 'The resourceVersion for the provided watch is too old.'): ApiError => new ApiError(410, 'Expired', message);

export const success = (info: KindInfo, name: string, uid: string | undefined): StatusBody => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details: { ...detailsOf(info, name), ...(uid ? { uid } : {}) },
  code: 200,
});
