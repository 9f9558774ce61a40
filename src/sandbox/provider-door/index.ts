export { startProviderDoor } from './door.js';
export type { ProviderDoor, ProviderDoorOptions } from './door.js';
