import { type Annotation, annotating } from './annotations.ts';
import { safeLine } from './escape.ts';
import type { Reporter } from './reporter.ts';

/**
 * Logging commands of Azure Pipelines: https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands. `summaryFile`: a file
 * with Markdown that is shown with the run.
 */
export const azurePipelinesReporter = (summaryFile: string | null): Reporter =>
  annotating(commandOf, safeLine, summaryFile === null ? [] : [`##vso[task.uploadsummary]${data(summaryFile)}`]);

const commandOf = ({ level, code, title, text, file, place }: Annotation): string => {
  const properties = {
    type: level,
    ...(file === null ? {} : { sourcepath: file }),
    ...(place === null ? {} : { linenumber: String(place.line), columnnumber: String(place.column) }),
    code,
  };
  const written = Object.entries(properties).map(([name, value]) => `${name}=${property(value)}`);
  return `##vso[task.logissue ${written.join(';')}]${data(`${title}: ${text}`)}`;
};

/** Line breaks are gone by then. A percent sign has a name of its own, so that what looks like an escape is none. */
const data = (text: string): string => safeLine(text).replace(/%/g, '%AZP25');

/** In a property two more characters would end the value. */
const property = (text: string): string => data(text).replace(/;/g, '%3B').replace(/\]/g, '%5D');
