import type { ResourceDefinition } from '../definition.js';
import { bucketEncryption, bucketLifecycle, bucketPublicAccessBlock, bucketVersioning } from './bucket-settings.js';
import { datacenter } from './datacenter.js';
import { group } from './group.js';
import { ipblock } from './ipblock.js';
import { k8sCluster } from './k8s-cluster.js';
import { k8sNodePool } from './k8s-node-pool.js';
import { lan } from './lan.js';
import { s3Bucket } from './s3-bucket.js';
import { share } from './share.js';

/** The resources that the sandbox's provider has, by their type. */
export const RESOURCES: Readonly<Record<string, ResourceDefinition>> = {
  ionoscloud_datacenter: datacenter,
  ionoscloud_group: group,
  ionoscloud_ipblock: ipblock,
  ionoscloud_k8s_cluster: k8sCluster,
  ionoscloud_k8s_node_pool: k8sNodePool,
  ionoscloud_lan: lan,
  ionoscloud_s3_bucket: s3Bucket,
  ionoscloud_s3_bucket_lifecycle_configuration: bucketLifecycle,
  ionoscloud_s3_bucket_public_access_block: bucketPublicAccessBlock,
  ionoscloud_s3_bucket_server_side_encryption_configuration: bucketEncryption,
  ionoscloud_s3_bucket_versioning: bucketVersioning,
  ionoscloud_share: share,
};
