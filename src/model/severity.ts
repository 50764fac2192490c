/** Worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A gate: the least severity that counts. `none` gates on nothing. */
export const THRESHOLDS = [...SEVERITIES, 'none'] as const;
export type Threshold = (typeof THRESHOLDS)[number];

/** 5 for critical down to 1 for info, so that machine readers can compare with `>=`. */
export const rankOf = (severity: Severity): number => SEVERITIES.length - SEVERITIES.indexOf(severity);

export const reaches = (severity: Severity, threshold: Threshold): boolean => threshold !== 'none' && rankOf(severity) >= rankOf(threshold);
