/* eslint-disable @typescript-eslint/no-explicit-any --
   Objects of 40 kinds pass through here as the JSON that clients wrote; a simulated API server keeps what it does not understand. */

export type Loose = Record<string, any>;

export interface OwnerReference {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}

export interface ManagedFieldsEntry {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  time?: string;
  fieldsType: 'FieldsV1';
  fieldsV1: Loose;
  subresource?: string;
}

export interface ObjectMeta {
  name: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: OwnerReference[];
  finalizers?: string[];
  managedFields?: ManagedFieldsEntry[];
}

/** Any object of the Kubernetes API, as JSON. What the store hands out is shared and must not be changed in place. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: ObjectMeta;
  spec?: any;
  status?: any;
  [field: string]: any;
}

/** A deep copy of JSON, without fields that are undefined. Several times faster than structuredClone, and there are hundreds a second. */
export const copyOf = <T>(value: T): T => {
  if (Array.isArray(value)) return value.map((item: unknown) => copyOf(item)) as T;
  if (value === null || typeof value !== 'object') return value;
  const copy: Loose = {};
  for (const key in value) {
    const item: unknown = value[key];
    if (item !== undefined) copy[key] = copyOf(item);
  }
  return copy as T;
};

/** Whether two pieces of JSON say the same. A field that is undefined counts as absent. */
export const sameJson = (a: unknown, b: unknown): boolean => {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return false;
  const [left, right] = [a as Loose, b as Loose];
  for (const key in left) if (!sameJson(left[key], right[key])) return false;
  for (const key in right) if (right[key] !== undefined && left[key] === undefined) return false;
  return true;
};

/** The time of now as Kubernetes writes it: RFC 3339 without fractions of a second. */
export const timestamp = (at: Date = new Date()): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z');

export const isRecord = (value: unknown): value is Loose => value !== null && typeof value === 'object' && !Array.isArray(value);

/** `namespace/name`, or the bare name of a cluster-wide object. */
export const keyOf = (namespace: string | undefined, name: string): string => (namespace ? `${namespace}/${name}` : name);

/** The reference by which `owner` controls another object. */
export const controllerReference = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
});

export const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((reference) => reference.controller);

export const isControlledBy = (object: KubeObject, owner: KubeObject): boolean => controllerOf(object)?.uid === owner.metadata.uid;
