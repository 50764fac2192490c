import type { ReportingDescriptor } from 'sarif';
import type { RuleSpec } from '../../model/rule-spec.ts';
import type { Severity } from '../../model/severity.ts';
import { safeLine } from '../escape.ts';
import { SCAN_COMPLETE, sentence } from '../unread.ts';
import { WEIGHTS } from './levels.ts';
import { messageText } from './message.ts';

/** GitHub refuses a file with a rule of more than 20 tags. */
const MOST_TAGS = 20;

/** A rule as GitHub shows it beside each of its alerts. */
export const ruleDescriptor = ({ id, title, why, fix, severity, references, controls }: RuleSpec): ReportingDescriptor =>
  descriptor({
    id,
    title,
    why,
    fix: fix.summary,
    severity,
    references,
    frameworks: [...new Set(controls.map(({ framework }) => framework))],
  });

/** The rule of whatever was not read. */
export const completeDescriptor = (): ReportingDescriptor => descriptor({ ...SCAN_COMPLETE, references: [], frameworks: [] });

interface Described {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly fix: string;
  /** The highest it can reach: GitHub has one number for all results of a rule. */
  readonly severity: Severity;
  readonly references: readonly string[];
  readonly frameworks: readonly string[];
}

const descriptor = ({ id, title, why, fix, severity, references, frameworks }: Described): ReportingDescriptor => {
  const [page] = references;
  const { level, security } = WEIGHTS[severity];
  const texts = [why, fix].filter((text) => text !== '').map(sentence);
  const help = texts.length > 0 ? texts : [sentence(title)];
  return {
    id,
    name: pascal(id),
    shortDescription: { text: messageText(sentence(title)) },
    fullDescription: { text: messageText(help[0] ?? sentence(title)) },
    help: {
      text: messageText([...help, ...references.map(safeLine)].join('\n\n')),
      markdown: [...help.map(markdownText), ...references.map((reference) => `<${safeLine(reference)}>`)].join('\n\n'),
    },
    ...(page === undefined ? {} : { helpUri: page }),
    defaultConfiguration: { level },
    properties: { tags: ['security', 'azure', 'redis', ...frameworks].slice(0, MOST_TAGS), 'security-severity': security },
  };
};

/** `minimum-tls-1-2` as `MinimumTls12`: the name that viewers show. */
const pascal = (id: string): string =>
  id
    .split(/[^a-z0-9]+/i)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

/** Prose, in which nothing is markup; braces are no placeholders in it either. */
const markdownText = (text: string): string => text.replace(/[\\`*_[\]<>#|~]/g, '\\$&').replace(/[{}]/g, '$&$&');
