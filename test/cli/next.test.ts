import { describe, expect, it } from 'vitest';
import { at, redvet, scan, signedIn } from '../support/redvet.ts';
import { startResourceManager, subscriptionId } from '../support/resource-manager.ts';

const HINT = 'redvet: next: redvet doctor (who is signed in, what can be read and which rights are missing)';

const linesOf = (stderr: string): readonly string[] => stderr.trimEnd().split('\n');

describe('the end of a scan that could read nothing', () => {
  it('names the command that says why, before the line with the exit code, and not when it is to be quiet', async () => {
    const arm = await startResourceManager({});
    const loud = await scan(arm, ['-o', 'json']);
    const table = await scan(arm);
    const quiet = await scan(arm, ['-q']);
    await arm.close();
    expect([loud.code, table.code, quiet.code]).toEqual([4, 4, 4]);
    for (const { stderr } of [loud, table])
      expect(linesOf(stderr).slice(-2)).toEqual([HINT, expect.stringMatching(/^redvet: exit 4 \(access\): /)]);
    expect(quiet.stderr).not.toContain('next:');
  });

  it('is told by that command itself without naming it again', async () => {
    const arm = await startResourceManager({});
    const { code, stderr } = await redvet(['doctor', ...at(arm), '-o', 'json'], { env: signedIn(arm) });
    await arm.close();
    expect({ code, hint: stderr.includes('next:') }).toEqual({ code: 4, hint: false });
  });

  it('has nothing to add where caches were found', async () => {
    const one = subscriptionId(1);
    const arm = await startResourceManager({ subscriptions: [one] });
    const { code, stdout, stderr } = await scan(arm);
    await arm.close();
    expect({ code, hint: stderr.includes('next:') }).toEqual({ code: 5, hint: false });
    expect(stdout).toContain('\nNo cache: nothing was judged.\nnext: redvet doctor');
  });
});
