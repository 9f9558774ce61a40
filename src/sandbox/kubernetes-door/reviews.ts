import { apiVersionOf } from './kinds.js';
import type { KindInfo } from './kinds.js';
import { isRecord } from './objects.js';
import type { Loose } from './objects.js';

/** The door has no identities: everybody may do everything, and is nobody in particular. */
export const answerReview = (info: KindInfo, body: unknown): Loose => {
  const spec: Loose = isRecord(body) && isRecord(body['spec']) ? body['spec'] : {};
  const answer = { apiVersion: apiVersionOf(info), kind: info.kind, metadata: { creationTimestamp: null } };
  switch (info.kind) {
    case 'SelfSubjectAccessReview':
      return { ...answer, spec, status: { allowed: true, reason: 'the sandbox enforces no RBAC' } };
    case 'SelfSubjectRulesReview':
      return { ...answer, spec, status: { incomplete: false, nonResourceRules: [], resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }] } };
    default:
      return { ...answer, status: { userInfo: { username: 'sandbox', groups: ['system:masters', 'system:authenticated'] } } };
  }
};
