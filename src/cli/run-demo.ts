import type { Given } from './given.ts';
import type { Io } from './io.ts';
import { runScan } from './scan.ts';
import { optionsOf, readScanSettings } from './settings.ts';

/** The calendar of the sample estate stands still, so that it looks the same every day. */
const DEMO_TODAY = '2026-12-01';

/** `redvet demo`: the same scan, sign-in included, on a sample estate that is served in this process. */
export const runDemo = async (given: Given, io: Io): Promise<number> => {
  const settings = readScanSettings(given);
  return runScan(
    {
      settings,
      cloud: 'demo',
      tenant: null,
      today: DEMO_TODAY,
      options: optionsOf(settings),
      open: async (context) => {
        const [{ demoConnection }, { openOn }] = await Promise.all([import('../demo/connection.ts'), import('./live.ts')]);
        return openOn(demoConnection(), settings, context, io);
      },
    },
    io,
  );
};
