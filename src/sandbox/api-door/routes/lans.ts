import { Lans } from '../../cloud/lans.js';
import type { LanInput } from '../../cloud/lans.js';
import type { Lan } from '../../cloud/types.js';
import { answers, param } from '../answers.js';
import type { CloudRoutesOptions } from '../answers.js';
import { bareFields, propertyFields, sent } from '../body.js';
import type { Fields } from '../body.js';
import type { Call, Reply, Route } from '../router.js';
import { showLan, showNetworkCard } from '../shown.js';

const inputOf = (fields: Fields): LanInput =>
  sent({
    name: fields.text('name'),
    public: fields.flag('public') ?? undefined,
    pcc: fields.text('pcc'),
    ipv6CidrBlock: fields.text('ipv6CidrBlock'),
  });

export const lanRoutes = (options: CloudRoutesOptions): Record<string, Route> => {
  const { cloud } = options;
  const { one, many, requested } = answers(options);
  const ids = (call: Call): [string, string] => [param(call, 'datacenter'), param(call, 'lan')];
  const changed = (call: Call, lan: Lan): Reply => requested(call, 'lans', Lans.key(lan.datacenterId, lan.id), showLan(lan, cloud));
  return {
    'GET /datacenters/:datacenter/lans': many((call) =>
      cloud.lans.list(cloud.datacenters.get(param(call, 'datacenter')).id).map((lan) => showLan(lan, cloud)),
    ),
    'POST /datacenters/:datacenter/lans': (call) =>
      changed(call, cloud.lans.create(param(call, 'datacenter'), inputOf(propertyFields(call)))),
    'GET /datacenters/:datacenter/lans/:lan': one((call) => showLan(cloud.lans.get(...ids(call)), cloud)),
    'PATCH /datacenters/:datacenter/lans/:lan': (call) => changed(call, cloud.lans.update(...ids(call), inputOf(bareFields(call)))),
    'PUT /datacenters/:datacenter/lans/:lan': (call) => changed(call, cloud.lans.update(...ids(call), inputOf(propertyFields(call)))),
    'DELETE /datacenters/:datacenter/lans/:lan': (call) => {
      cloud.lans.delete(...ids(call));
      return requested(call, 'lans', Lans.key(...ids(call)));
    },
    'GET /datacenters/:datacenter/lans/:lan/nics': many((call) =>
      cloud.lans.cards(...ids(call)).map((card) => showNetworkCard(card, param(call, 'datacenter'))),
    ),
  };
};
