/** A command as the runner of a CI system reads it from a line of a log; written from what those runners do, not from our code. */
export interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/**
 * As GitHub's runner: a line whose first two characters after any space are colons, or one that holds `##[` anywhere. Data ends a command
 * at the second pair of colons; a property ends at a comma.
 */
export const githubCommand = (line: string): Command | null => {
  const legacy = /##\[(?<name>[^\] ]+)/.exec(line)?.groups?.['name'];
  if (legacy !== undefined) return { name: `legacy ${legacy}`, properties: {}, data: '' };
  const text = line.trimStart();
  const end = text.indexOf('::', 2);
  if (!text.startsWith('::') || end < 0) return null;
  const [name = '', ...rest] = text.slice(2, end).split(' ');
  const properties = propertiesOf(rest.join(' '), ',', (value) =>
    decoded(value, { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',', '%25': '%' }),
  );
  return { name, properties, data: decoded(text.slice(end + 2), { '%0D': '\r', '%0A': '\n', '%25': '%' }) };
};

/** As the agent of Azure Pipelines: the first `##vso[` anywhere in a line, up to the first `]`; a property ends at a semicolon. */
export const azureCommand = (line: string): Command | null => {
  const begin = line.toLowerCase().indexOf('##vso[');
  const end = line.indexOf(']', begin);
  if (begin < 0 || end < 0) return line.includes('##[') ? { name: 'formatting', properties: {}, data: '' } : null;
  const [name = '', ...rest] = line.slice(begin + '##vso['.length, end).split(' ');
  const plainly = (value: string) => decoded(value, { '%3B': ';', '%0D': '\r', '%0A': '\n', '%5D': ']', '%AZP25': '%' });
  return { name, properties: propertiesOf(rest.join(' '), ';', plainly), data: plainly(line.slice(end + 1)) };
};

const propertiesOf = (text: string, between: string, plainly: (value: string) => string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split(between)
      .filter((pair) => pair.includes('='))
      .map((pair) => [pair.slice(0, pair.indexOf('=')), plainly(pair.slice(pair.indexOf('=') + 1))]),
  );

/** One escape after another over the whole text, the percent sign last. */
const decoded = (text: string, escapes: Readonly<Record<string, string>>): string =>
  Object.entries(escapes).reduce((sum, [written, character]) => sum.replaceAll(written, character), text);
