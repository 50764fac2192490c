import type { Result } from 'sarif';
import type { Severity } from '../../model/severity.ts';

interface Weight {
  readonly level: 'error' | 'warning' | 'note';
  /** CVSS-like, a text: over 9.0 is critical for GitHub, from 7.0 high, from 4.0 medium, from 0.1 low. */
  readonly security: string;
}

export const WEIGHTS: Readonly<Record<Severity, Weight>> = {
  critical: { level: 'error', security: '9.5' },
  high: { level: 'error', security: '8.0' },
  medium: { level: 'warning', security: '5.5' },
  low: { level: 'note', security: '3.0' },
  info: { level: 'note', security: '1.0' },
} as const satisfies Record<Severity, { readonly level: Result.level; readonly security: string }>;
