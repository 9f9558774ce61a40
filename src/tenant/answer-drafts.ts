import type { Answers } from './question-types.js';
import type { TenantDraft } from './spec.js';

/** Answers as a draft of the tenant's file; where, tokens and platform are no part of it. */
export const draftOfAnswers = (answers: Readonly<Partial<Answers>>): TenantDraft => ({
  ...(answers.name === undefined ? {} : { name: answers.name }),
  ...(answers.displayName === undefined ? {} : { displayName: answers.displayName }),
  ...(answers.preset === undefined ? {} : { preset: answers.preset }),
  ...(answers.isolation === undefined ? {} : { isolation: answers.isolation }),
  ...(answers.allow === undefined ? {} : { access: { allow: answers.allow } }),
  ...(answers.wordpressAdminEmail === undefined ? {} : { wordpress: { adminEmail: answers.wordpressAdminEmail } }),
  ...(answers.openwebuiAdminEmail === undefined && answers.models === undefined
    ? {}
    : {
        openwebui: {
          ...(answers.openwebuiAdminEmail === undefined ? {} : { adminEmail: answers.openwebuiAdminEmail }),
          ...(answers.models === undefined ? {} : { models: answers.models }),
        },
      }),
});

/** What a file (or another draft) answers already. */
export const answersOfDraft = (draft: TenantDraft): Partial<Answers> => ({
  ...(draft.name === undefined ? {} : { name: draft.name }),
  ...(draft.displayName === undefined ? {} : { displayName: draft.displayName }),
  ...(draft.preset === undefined ? {} : { preset: draft.preset }),
  ...(draft.isolation === undefined ? {} : { isolation: draft.isolation }),
  ...(draft.access?.allow === undefined ? {} : { allow: draft.access.allow }),
  ...(draft.wordpress?.adminEmail === undefined ? {} : { wordpressAdminEmail: draft.wordpress.adminEmail }),
  ...(draft.openwebui?.adminEmail === undefined ? {} : { openwebuiAdminEmail: draft.openwebui.adminEmail }),
  ...(draft.openwebui?.models === undefined ? {} : { models: draft.openwebui.models }),
});
