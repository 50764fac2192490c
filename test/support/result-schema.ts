import { expect } from 'vitest';
import schema from '../../src/schemas/result.json' with { type: 'json' };
import { type Validate, violationsBy } from './schema.ts';

/** Throws for a result, in either form, that does not follow its schema. What is none, or was cut off, is for the test that made it. */
export const holdToSchema = (text: string, args: readonly string[]): void => {
  const wrong = violationsIn(text);
  if (wrong.length > 0) throw new Error(`redvet ${args.join(' ')} does not follow its schema:\n${wrong.join('\n')}`);
};

const violationsIn = (text: string): readonly string[] => {
  if (text.startsWith('{"type":"run"')) return text.split('\n').slice(0, -1).flatMap(lineViolations);
  if (!text.startsWith(`{\n"$schema": "${schema.$id}"`)) return [];
  const value = parsed(text);
  return value === undefined ? [] : violationsOfResult(value);
};

/** A result as one object follows the schema that ships, and has nothing that is not in it. */
export const expectValidResult = (value: unknown): void => {
  expect(violationsOfResult(value)).toEqual([]);
};

/** The same of a whole result line by line: the run first, the end last, and neither anywhere else. */
export const expectValidLines = (text: string): void => {
  expect(text.endsWith('\n')).toBe(true);
  const lines = text.split('\n').slice(0, -1);
  expect(lines.flatMap(lineViolations)).toEqual([]);
  const ends = lines.flatMap((line, index) => (/^\{"type":"(?:run|end)"/.test(line) ? [index] : []));
  expect(ends).toEqual([0, lines.length - 1]);
};

const lineViolations = (line: string, index: number): readonly string[] => {
  const value = parsed(line);
  const found = value === undefined ? ['is no JSON'] : violationsOfLine(value);
  return found.map((what) => `line ${index + 1}: ${what}`);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const once = (make: () => Validate): (() => Validate) => {
  let made: Validate | null = null;
  return () => {
    made ??= make();
    return made;
  };
};

/** What of a whole result the schema does not allow. */
export const violationsOfResult: Validate = (value) => inResult()(value);

/** The same of a line: the schema has an entrance for it. */
export const violationsOfLine: Validate = (value) => inLine()(value);

const inResult = once(() => violationsBy(schema));

const inLine = once(() => violationsBy({ $id: `${schema.$id}:line`, $defs: schema.$defs, $ref: '#/$defs/line' }));
