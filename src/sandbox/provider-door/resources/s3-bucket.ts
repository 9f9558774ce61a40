import { lengthBetween } from '../checks.js';
import type { ResourceDefinition } from '../definition.js';
import { block, computed, map, optional, optionalComputed, required, timeouts } from '../schema.js';
import { flag, stringMap, text } from './common.js';

export const s3Bucket: ResourceDefinition = {
  noun: 'bucket',
  version: 0,
  legacy: false,
  schema: block(
    {
      force_destroy: optionalComputed('bool', { default: false }),
      id: computed('string'),
      name: required('string', { replaces: true, check: lengthBetween(3, 63) }),
      object_lock_enabled: optionalComputed('bool', { default: false, replaces: true }),
      region: optionalComputed('string', { default: 'eu-central-3', replaces: true }),
      tags: optional(map('string')),
    },
    { timeouts: timeouts('create', 'delete', 'read', 'update') },
  ),
  create(planned, { cloud, signal }) {
    const name = text(planned, 'name');
    cloud.buckets.create({
      name,
      region: text(planned, 'region'),
      objectLock: flag(planned, 'object_lock_enabled'),
      tags: stringMap(planned['tags']),
    });
    return { found: { id: name, name }, finish: () => cloud.settled('buckets', name, signal) };
  },
  read(state, cloud) {
    const { id, properties } = cloud.buckets.get(text(state, 'name'));
    return {
      id,
      name: id,
      region: properties.region,
      object_lock_enabled: properties.objectLock,
      force_destroy: flag(state, 'force_destroy'),
      tags: Object.keys(properties.tags).length === 0 ? null : properties.tags,
    };
  },
  async update(prior, planned, { cloud, signal }) {
    cloud.buckets.setTags(text(prior, 'name'), stringMap(planned['tags']));
    await cloud.settled('buckets', text(prior, 'name'), signal);
  },
  async remove(prior, { cloud, signal }) {
    cloud.buckets.delete(text(prior, 'name'), flag(prior, 'force_destroy'));
    await cloud.settled('buckets', text(prior, 'name'), signal);
  },
  import(given) {
    const parts = given.split(':');
    const name = parts.at(-1);
    if (parts.length > 2 || !name) throw new Error(`invalid import identifier: expected one of <region>:<name> or <name>, got: ${given}`);
    return { name };
  },
};
