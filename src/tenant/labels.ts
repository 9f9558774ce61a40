/** On a helm release's Secret: digest of the chart and the values that it was made from. */
export const DIGEST_LABEL = 'ionos-tenants.io/digest';
