import { describe, expect, it } from 'vitest';
import { flag, names, wholeNumber } from '../../src/rules/options.ts';

/** Each option is read from a command line, where everything is text, and from a configuration file, where it has a type. */

describe('a flag', () => {
  const option = flag('fail where it is not set');

  it('is off unless somebody says otherwise, and says what it takes', () => {
    const { help, expected, fallback } = option;
    expect({ help, expected, fallback }).toEqual({ help: 'fail where it is not set', expected: 'true or false', fallback: false });
  });

  it.each([
    [true, true],
    [false, false],
    ['true', true],
    ['false', false],
  ])('reads %j as %s', (written, value) => {
    expect(option.read(written)).toBe(value);
  });

  it.each(['', 'yes', 'True', ' true', '1', 1, 0, null, undefined, [], {}, [true]])('does not take %j', (written) => {
    expect(option.read(written)).toBeUndefined();
  });
});

describe('a whole number', () => {
  const option = wholeNumber('how many', { least: 1, most: 300, fallback: 256 });

  it('says its bounds and what it is when nobody says anything', () => {
    const { help, expected, fallback } = option;
    expect({ help, expected, fallback }).toEqual({ help: 'how many', expected: 'a whole number from 1 to 300', fallback: 256 });
  });

  it.each([
    [1, 1],
    [300, 300],
    ['1', 1],
    ['300', 300],
    ['007', 7],
  ])('reads %j as %s', (written, value) => {
    expect(option.read(written)).toBe(value);
  });

  it.each([0, 301, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, true, null, undefined, [], [5], {}])('does not take %j', (written) => {
    expect(option.read(written)).toBeUndefined();
  });

  it.each(['0', '301', '-1', '+5', '1.0', '1e2', '0x10', ' 5', '5 ', '', 'many', '٣', '1'.repeat(16)])(
    'does not take the text %j',
    (written) => {
      expect(option.read(written)).toBeUndefined();
    },
  );
});

describe('names', () => {
  const option = names('tags that must be there');

  it('are none unless somebody says otherwise, and say what they take', () => {
    const { help, expected, fallback } = option;
    expect({ help, expected, fallback }).toEqual({ help: 'tags that must be there', expected: 'names, with commas between', fallback: [] });
  });

  it.each([
    ['owner', ['owner']],
    ['owner,cost-centre', ['owner', 'cost-centre']],
    [' owner , cost centre ', ['owner', 'cost centre']],
    ['owner,Owner,owner', ['owner', 'Owner']],
    [
      ['owner', 'a,b', 'owner'],
      ['owner', 'a,b'],
    ],
  ])('reads %j as %j', (written, value) => {
    expect(option.read(written)).toEqual(value);
  });

  it.each(['', ' ', ',', 'owner,', ',owner', 'a,,b', [], [''], ['a', 1], ['a', null], null, undefined, true, 5, {}])(
    'do not take %j',
    (written) => {
      expect(option.read(written)).toBeUndefined();
    },
  );
});
