import { type Annotation, annotating } from './annotations.ts';
import { safeLine } from './escape.ts';
import type { Reporter } from './reporter.ts';

/** Workflow commands of GitHub Actions: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands */
export const githubReporter = (): Reporter => annotating(commandOf, safeLine);

const commandOf = ({ level, title, text, file, place }: Annotation): string => {
  const properties = {
    ...(file === null ? {} : { file }),
    ...(place === null ? {} : { line: String(place.line), col: String(place.column) }),
    title,
  };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`);
  return `::${level} ${written.join(',')}::${data(text)}`;
};

/** The runner decodes these; line breaks are gone by then, and everything else is shown as it is. */
const data = (text: string): string => safeLine(text).replace(/%/g, '%25');

const property = (text: string): string => data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
