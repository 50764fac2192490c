import { OUTCOMES } from '../model/finding.ts';

/** The words that options and arguments take, once for whoever reads them and for completion. Data only: help loads this. */
export const COLOR_CHOICES = ['auto', 'always', 'never'] as const;

export const SOURCES = ['arm', 'graph'] as const;

/** Of the rows of the table; a waived failure is no outcome, but can be shown like one. */
export const SHOWN = [...OUTCOMES, 'waived'] as const;

export const GROUPINGS = ['cache', 'rule'] as const;

export const SARIF_WAIVED = ['include', 'omit'] as const;

export const REDACTABLE = ['ids'] as const;

/** Of commands that print a list of their own. */
export const LIST_FORMATS = ['table', 'json'] as const;

export const EXPLAIN_FORMATS = ['text', 'json', 'markdown'] as const;

export const ROLE_LANGUAGES = ['role', 'bicep'] as const;

export const WAIVER_ACTIONS = ['list', 'check'] as const;

export const SCHEMA_NAMES = ['result', 'diff', 'config', 'waivers', 'snapshot', 'doctor'] as const;

export const SHELLS = ['bash', 'zsh', 'fish', 'powershell'] as const;
