/** What a plan can be written in. Apart from the writers, so that help and completion do without those. */
export const LANGUAGES = ['az', 'bicep', 'terraform', 'policy'] as const;
export type Language = (typeof LANGUAGES)[number];
