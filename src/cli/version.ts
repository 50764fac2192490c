declare const REDVET_VERSION: string;

/** Of package.json; the build puts it in. */
export const VERSION: string = REDVET_VERSION;
