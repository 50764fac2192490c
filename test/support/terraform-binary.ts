import { execFileSync } from 'node:child_process';

/** Where Terraform is on this machine; null, and said, where it is not: what only it can tell is then not tested. */
export const placeOfTerraform = (): string | null => {
  try {
    return execFileSync('which', ['terraform'], { encoding: 'utf8' }).trim();
  } catch {
    process.stderr.write('skipped: there is no terraform on this machine to compare with\n');
    return null;
  }
};
