/** How to sign in: the names of `--auth`. Apart from the credentials, so that a wrong name costs no Azure import. */
export const AUTH_KINDS = ['auto', 'cli', 'env', 'workload', 'managed', 'powershell', 'azd'] as const;
export type AuthKind = (typeof AUTH_KINDS)[number];
