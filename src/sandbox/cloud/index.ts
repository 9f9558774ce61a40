export { SandboxCloud } from './sandbox-cloud.js';
export type { SandboxCloudOptions } from './sandbox-cloud.js';
export { CloudError } from './cloud-error.js';
export { isDocumentationAddress } from './address-space.js';
export { SANDBOX_MODEL_TOKEN, SANDBOX_PASSWORD, SANDBOX_TOKEN, SANDBOX_USERNAME } from './catalog.js';
export { sandboxJwt } from './tokens.js';
export type { AddressConsumer } from './addresses.js';
export type { CloudChange, CloudState, Node, NodePool } from './types.js';
