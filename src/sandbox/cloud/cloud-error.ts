import { STATUS_CODES } from 'node:http';

/** The body of every error that the Cloud API answers with. */
export interface CloudErrorBody {
  httpStatus: number;
  messages: { errorCode: string; message: string }[];
}

/**
 * What the cloud answers when it refuses. `errorCode` is the API's own: 309 does not exist, 200 wrong state or request, 410 wrong field,
 * 451 delete-protected, 452 managed by Kubernetes, 315 unauthorized.
 */
export class CloudError extends Error {
  readonly httpStatus: number;
  readonly errorCode: string;
  /** Retry-After header of a 429 or 503: seconds, or an HTTP date. */
  readonly retryAfter: number | string | undefined;

  constructor(httpStatus: number, errorCode: string, message: string, retryAfter?: number | string) {
    super(message);
    this.name = 'CloudError';
    this.httpStatus = httpStatus;
    this.errorCode = errorCode;
    this.retryAfter = retryAfter;
  }

  toBody(): CloudErrorBody {
    return { httpStatus: this.httpStatus, messages: [{ errorCode: this.errorCode, message: this.message }] };
  }

  /** The line that the SDKs print: status, its name, and the body. */
  toLine(): string {
    return `${this.httpStatus} ${STATUS_CODES[this.httpStatus] ?? ''} ${JSON.stringify(this.toBody(), undefined, 2)}`;
  }
}

export const notFound = (what = 'Resource'): CloudError => new CloudError(404, '309', `${what} does not exist`);

/** A request that the cloud understands and refuses: a rule or the present state forbids it. */
export const refused = (message: string): CloudError => new CloudError(422, '200', message);

/** A field with a value that the cloud does not take. */
export const badField = (field: string, message: string): CloudError =>
  new CloudError(422, '410', `[(root).properties.${field}] ${message}`);
