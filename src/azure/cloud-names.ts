/** The names of `--cloud`. Apart from the endpoints, so that help and completion do without those. */
export const CLOUD_NAMES = ['public', 'usgov', 'china'] as const;
export type CloudName = (typeof CLOUD_NAMES)[number];
