import * as z from 'zod';
import { platformFileSchema } from './platform-spec.js';
import { tenantFileSchema } from './spec.js';

/** What one published schema file is called and holds. */
export interface PublishedSchema {
  /** File name in schema/. */
  file: string;
  schema: Record<string, unknown>;
}

const published = (file: string, title: string, schema: z.ZodType): PublishedSchema => ({
  file,
  schema: { ...z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' }), title },
});

/**
 * JSON Schemas of our files, for editors. They refuse what a single value can show to be wrong; what depends on two values
 * (one domain without the other, host bits of a network) is only checked by the command line.
 */
export const publishedSchemas = (): PublishedSchema[] => [
  published('tenant.schema.json', 'Tenant of ionos-tenants', tenantFileSchema),
  published('platform.schema.json', 'Platform of ionos-tenants', platformFileSchema),
];
