import type { IpBlockInput } from '../../cloud/ip-blocks.js';
import { answers, param } from '../answers.js';
import type { CloudRoutesOptions } from '../answers.js';
import { bareFields, propertyFields, sent } from '../body.js';
import type { Fields } from '../body.js';
import type { Call, Reply, Route } from '../router.js';
import { showIpBlock } from '../shown.js';

const patchOf = (fields: Fields): Partial<IpBlockInput> =>
  sent({
    name: fields.text('name'),
    location: fields.text('location') ?? undefined,
    size: fields.integer('size') ?? undefined,
  });

export const ipBlockRoutes = (options: CloudRoutesOptions): Record<string, Route> => {
  const { cloud } = options;
  const { one, many, requested } = answers(options);
  const update = (call: Call, fields: Fields): Reply => {
    const block = cloud.ipBlocks.update(param(call, 'block'), patchOf(fields));
    return requested(call, 'ipBlocks', block.id, showIpBlock(block));
  };
  return {
    'GET /ipblocks': many(() => cloud.ipBlocks.list().map(showIpBlock)),
    'POST /ipblocks': (call) => {
      const fields = propertyFields(call);
      const patch = patchOf(fields);
      const block = cloud.ipBlocks.create({
        ...patch,
        location: fields.required('location', patch.location),
        size: fields.required('size', patch.size),
      });
      return requested(call, 'ipBlocks', block.id, showIpBlock(block));
    },
    'GET /ipblocks/:block': one((call) => showIpBlock(cloud.ipBlocks.get(param(call, 'block')))),
    'PATCH /ipblocks/:block': (call) => update(call, bareFields(call)),
    'PUT /ipblocks/:block': (call) => update(call, propertyFields(call)),
    'DELETE /ipblocks/:block': (call) => {
      cloud.ipBlocks.delete(param(call, 'block'));
      return requested(call, 'ipBlocks', param(call, 'block'));
    },
  };
};
