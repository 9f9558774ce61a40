/** A resource in the state. */
export interface StateResource {
  /** `module.address.ionoscloud_ipblock.this`. */
  address: string;
  type: string;
  id: string;
}

/** A module of `terraform show -json`, as far as we read it. */
export interface StateModule {
  resources?: { address: string; mode: string; type: string; values?: { id?: unknown } }[];
  child_modules?: StateModule[];
}

/** What a module of the state and those below it hold: each managed resource with its id. */
export const resourcesOf = ({ resources = [], child_modules: children = [] }: StateModule): StateResource[] => [
  ...resources.filter(({ mode }) => mode === 'managed').map(({ address, type, values }) => ({ address, type, id: typeof values?.id === 'string' ? values.id : '' })),
  ...children.flatMap(resourcesOf),
];
