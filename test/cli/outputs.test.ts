import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { guessOutputs, type OutputRequest, readOutputs } from '../../src/cli/outputs.ts';
import { unwritable } from '../../src/cli/unwritable.ts';
import { Trouble } from '../../src/errors.ts';
import type { Problem } from '../../src/model/problem.ts';

const refusal = (texts: readonly string[], origin = '--output'): Problem => {
  try {
    readOutputs(texts, origin);
  } catch (error) {
    if (error instanceof Trouble) return error.problem;
    throw error;
  }
  throw new Error(`${texts.join(' ')} was accepted`);
};

const TABLE_HERE: OutputRequest = { format: 'table', file: null };
const JSON_HERE: OutputRequest = { format: 'json', file: null };
const NDJSON_HERE: OutputRequest = { format: 'ndjson', file: null };

describe('readOutputs', () => {
  const TABLE: readonly { readonly texts: readonly string[]; readonly outputs: readonly OutputRequest[] }[] = [
    { texts: [], outputs: [TABLE_HERE] },
    { texts: ['table'], outputs: [TABLE_HERE] },
    { texts: ['json'], outputs: [JSON_HERE] },
    { texts: ['json@1'], outputs: [JSON_HERE] },
    { texts: ['ndjson'], outputs: [NDJSON_HERE] },
    { texts: ['ndjson=r.ndjson', 'json'], outputs: [{ format: 'ndjson', file: 'r.ndjson' }, JSON_HERE] },
    { texts: ['none'], outputs: [{ format: 'none', file: null }] },
    { texts: ['json=out/r.json'], outputs: [{ format: 'json', file: 'out/r.json' }] },
    { texts: ['json@1=r.json'], outputs: [{ format: 'json', file: 'r.json' }] },
    { texts: ['json=a=b.json'], outputs: [{ format: 'json', file: 'a=b.json' }] },
    { texts: ['json=a@2.json'], outputs: [{ format: 'json', file: 'a@2.json' }] },
    { texts: ['json=a,b.json'], outputs: [{ format: 'json', file: 'a,b.json' }] },
    { texts: ['table', 'json=r.json'], outputs: [TABLE_HERE, { format: 'json', file: 'r.json' }] },
    {
      texts: ['json=r.json', 'json=s.json', 'json'],
      outputs: [{ format: 'json', file: 'r.json' }, { format: 'json', file: 's.json' }, JSON_HERE],
    },
  ];

  it.each(TABLE)('$texts', ({ texts, outputs }) => {
    expect(readOutputs(texts, '--output')).toEqual(outputs);
  });

  const REFUSED: readonly { readonly what: string; readonly texts: readonly string[]; readonly named: string; readonly hint: RegExp }[] = [
    { what: 'an unknown format', texts: ['xml'], named: '"xml"', hint: /table, json, ndjson, sarif, .*none/ },
    { what: 'a format with a slip', texts: ['jsn'], named: '"jsn"', hint: /Did you mean json or ndjson\?/ },
    { what: 'a format in capitals', texts: ['JSON'], named: '"JSON"', hint: /Did you mean json\?/ },
    { what: 'a file without a format', texts: ['report.json'], named: '"report.json"', hint: /json=FILE/ },
    { what: 'an empty format', texts: ['=r.json'], named: '"=r.json"', hint: /json=FILE/ },
    { what: 'an empty file', texts: ['json='], named: '"json="', hint: /json=FILE/ },
    { what: 'a version that does not exist', texts: ['json@2'], named: '"json@2"', hint: /json@1/ },
    { what: 'an empty version', texts: ['json@'], named: '"json@"', hint: /json@1/ },
    { what: 'a version of a format that has none', texts: ['table@1'], named: '"table@1"', hint: /json@1/ },
    { what: 'a version of lines', texts: ['ndjson@1'], named: '"ndjson@1"', hint: /^json@1 is the only one/ },
    { what: 'lines with a slip', texts: ['njson'], named: '"njson"', hint: /Did you mean json or ndjson\?/ },
    { what: 'a version that does not exist, to a file', texts: ['json@2=r.json'], named: '"json@2=r.json"', hint: /json@1/ },
    { what: 'two reports on stdout', texts: ['json', 'table'], named: '"json, table"', hint: /json=FILE/ },
    { what: 'one report twice on stdout', texts: ['json', 'json'], named: '"json, json"', hint: /json=FILE/ },
    { what: 'a file for no report', texts: ['none=r.txt'], named: '"none=r.txt"', hint: /none/ },
    { what: 'two reports in one file', texts: ['json=r', 'table=r'], named: JSON.stringify(resolve('r')), hint: /of its own/ },
    { what: 'one file by two ways', texts: ['json=r', 'table=./x/../r'], named: JSON.stringify(resolve('r')), hint: /of its own/ },
    { what: 'one mistake among good ones', texts: ['table', 'json=r', 'sarf'], named: '"sarf"', hint: /Did you mean sarif\?/ },
  ];

  it.each(REFUSED)('$what is a usage error: $texts', ({ texts, named, hint }) => {
    expect(refusal(texts)).toMatchObject({
      kind: 'usage',
      scope: '--output',
      message: expect.stringContaining(`--output ${named} `),
      hint: expect.stringMatching(hint),
    });
  });

  it('names the variable where the mistake stands in one', () => {
    expect(refusal(['xml'], 'REDVET_OUTPUT').message).toContain('REDVET_OUTPUT "xml" ');
  });
});

describe('guessOutputs', () => {
  const TABLE: readonly {
    readonly what: string;
    readonly argv: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly outputs: readonly OutputRequest[];
  }[] = [
    { what: 'nothing asked for', argv: ['scan', '--nope'], outputs: [] },
    { what: 'after a space', argv: ['scan', '--nope', '-o', 'json'], outputs: [JSON_HERE] },
    { what: 'the name of a file, after --', argv: ['demo', '--', '--output=json=r.json', '-o', 'json'], outputs: [] },
    { what: 'before the command', argv: ['-o', 'json', 'scan'], outputs: [JSON_HERE] },
    { what: 'attached', argv: ['scan', '-ojson', '--nope'], outputs: [JSON_HERE] },
    { what: 'behind another short flag', argv: ['scan', '-qo', 'json', '--nope'], outputs: [JSON_HERE] },
    { what: 'the long flag', argv: ['scan', '--output', 'json', '--nope'], outputs: [JSON_HERE] },
    { what: 'the long flag with an equals sign', argv: ['scan', '--output=json', '--nope'], outputs: [JSON_HERE] },
    { what: 'a pinned version', argv: ['scan', '-o', 'json@1', '--nope'], outputs: [JSON_HERE] },
    { what: 'a file', argv: ['scan', '-o', 'json=r.json', '--nope'], outputs: [{ format: 'json', file: 'r.json' }] },
    { what: 'a version that does not exist is JSON all the same', argv: ['scan', '-o', 'json@2'], outputs: [JSON_HERE] },
    { what: 'lines', argv: ['scan', '-o', 'ndjson', '--nope'], outputs: [NDJSON_HERE] },
    { what: 'lines in a file', argv: ['scan', '-o', 'ndjson=r.ndjson', '--nope'], outputs: [{ format: 'ndjson', file: 'r.ndjson' }] },
    { what: 'a version that lines do not have is lines all the same', argv: ['scan', '-o', 'ndjson@1'], outputs: [NDJSON_HERE] },
    { what: 'what only begins like a format', argv: ['scan', '-o', 'jsonl'], outputs: [] },
    { what: 'no value', argv: ['scan', '-o'], outputs: [] },
    { what: 'an unknown format', argv: ['scan', '-o', 'xml'], outputs: [] },
    { what: 'the variable', argv: ['scan', '--nope'], env: { REDVET_OUTPUT: 'json' }, outputs: [JSON_HERE] },
    {
      what: 'the variable with a list',
      argv: ['scan', '--nope'],
      env: { REDVET_OUTPUT: 'json=a.json, json' },
      outputs: [{ format: 'json', file: 'a.json' }, JSON_HERE],
    },
    { what: 'the flag over the variable', argv: ['scan', '--nope', '-o', 'table'], env: { REDVET_OUTPUT: 'json' }, outputs: [TABLE_HERE] },
  ];

  it.each(TABLE)('makes out $what: $argv', ({ argv, env = {}, outputs }) => {
    expect(guessOutputs(argv, env)).toEqual(outputs);
  });
});

describe('guessOutputs for a command with a text of its own', () => {
  it.each(['rules', 'explain', 'permissions', 'remediate', 'help'])('passes over the variable, which is meant for scans: %s', (command) => {
    expect(guessOutputs([command, '--nope'], { REDVET_OUTPUT: 'json' })).toEqual([]);
  });

  it.each(['rules', 'explain', 'permissions', 'remediate'])('leaves files alone, which no %s writes', (command) => {
    expect(guessOutputs([command, '--nope', '-o', 'json=r.json'], {})).toEqual([]);
    expect(guessOutputs([command, '--nope', '-o', 'json'], {})).toEqual([JSON_HERE]);
  });
});

describe('unwritable', () => {
  const TABLE: readonly { readonly code: string; readonly says: RegExp }[] = [
    { code: 'ENOENT', says: /folder does not exist/ },
    { code: 'EACCES', says: /no right/ },
    { code: 'EROFS', says: /read-only/ },
    { code: 'EISDIR', says: /is a folder/ },
    { code: 'ENOTDIR', says: /not a folder/ },
    { code: 'ENOSPC', says: /no space/ },
    { code: 'EIO', says: /broken disk/ },
  ];

  it.each(TABLE)('tells $code in words, with the path and the code', ({ code, says }) => {
    const { problem } = unwritable('out/r.json', Object.assign(new Error('broken disk'), { code }));
    expect(problem).toMatchObject({ kind: 'output', scope: 'out/r.json', message: expect.stringMatching(says) });
    expect(problem.message).toContain('out/r.json');
    expect(problem.message).toContain(code);
  });
});
