import type { DatacenterInput } from '../../cloud/datacenters.js';
import { answers, param } from '../answers.js';
import type { CloudRoutesOptions } from '../answers.js';
import { bareFields, propertyFields, sent } from '../body.js';
import type { Fields } from '../body.js';
import type { Call, Reply, Route } from '../router.js';
import { showDatacenter } from '../shown.js';

const patchOf = (fields: Fields): Partial<DatacenterInput> =>
  sent({
    name: fields.text('name') ?? undefined,
    location: fields.text('location') ?? undefined,
    description: fields.text('description'),
    secAuthProtection: fields.flag('secAuthProtection') ?? undefined,
  });

export const datacenterRoutes = (options: CloudRoutesOptions): Record<string, Route> => {
  const { cloud } = options;
  const { one, many, requested } = answers(options);
  const update = (call: Call, fields: Fields): Reply => {
    const datacenter = cloud.datacenters.update(param(call, 'datacenter'), patchOf(fields));
    return requested(call, 'datacenters', datacenter.id, showDatacenter(datacenter, cloud));
  };
  return {
    'GET /datacenters': many(() => cloud.datacenters.list().map((datacenter) => showDatacenter(datacenter, cloud))),
    'POST /datacenters': (call) => {
      const fields = propertyFields(call);
      const patch = patchOf(fields);
      const datacenter = cloud.datacenters.create({
        ...patch,
        name: fields.required('name', patch.name),
        location: fields.required('location', patch.location),
      });
      return requested(call, 'datacenters', datacenter.id, showDatacenter(datacenter, cloud));
    },
    'GET /datacenters/:datacenter': one((call) => showDatacenter(cloud.datacenters.get(param(call, 'datacenter')), cloud)),
    'PATCH /datacenters/:datacenter': (call) => update(call, bareFields(call)),
    'PUT /datacenters/:datacenter': (call) => update(call, propertyFields(call)),
    'DELETE /datacenters/:datacenter': (call) => {
      cloud.datacenters.delete(param(call, 'datacenter'));
      return requested(call, 'datacenters', param(call, 'datacenter'));
    },
  };
};
