import type { Given } from './given.ts';
import type { Io } from './io.ts';
import { runScan } from './scan.ts';
import { readScanSettings } from './settings.ts';

/** `redvet demo`: the same scan, sign-in included, on a sample estate that is served in this process. */
export const runDemo = async (given: Given, io: Io): Promise<number> => {
  const settings = readScanSettings(given);
  return runScan(
    {
      settings,
      cloud: 'demo',
      tenant: null,
      options: { failOn: settings.failOn, allowIncomplete: settings.allowIncomplete, allowEmpty: settings.allowEmpty },
      open: async (context) => {
        const [{ demoConnection }, { openOn }] = await Promise.all([import('../demo/connection.ts'), import('./live.ts')]);
        return openOn(demoConnection(), settings, context, io);
      },
    },
    io,
  );
};
