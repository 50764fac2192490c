/** The CI systems for which files can be written. Apart from the files, so that help and completion do without those. */
export const CI_SYSTEMS = ['github', 'azure-pipelines', 'gitlab', 'pre-commit'] as const;
export type CiSystem = (typeof CI_SYSTEMS)[number];
