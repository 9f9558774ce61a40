export { startApiDoor } from './door.js';
export type { ApiDoor, ApiDoorOptions } from './door.js';
