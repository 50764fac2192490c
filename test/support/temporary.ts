import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Around a whole run of the tests: what they write to the temporary folder is gone afterwards. */
export const setup = (): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), 'redvet-tests-'));
  process.env['TMPDIR'] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
};
