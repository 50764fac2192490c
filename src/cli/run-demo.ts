import type { Given } from './given.ts';
import type { Io } from './io.ts';
import { DEMO_OPTIONS } from './options.ts';
import { runScan } from './scan.ts';
import { readScope, scopeOptionsOf } from './scope.ts';
import { optionsOf, readScanSettings } from './settings.ts';
import { showConfig } from './show-config.ts';

/** The calendar of the sample estate stands still, so that it looks the same every day. */
const DEMO_TODAY = '2026-12-01';

/** `redvet demo`: the same scan, sign-in included, on a sample estate that is served in this process. */
export const runDemo = async (given: Given, io: Io): Promise<number> => {
  const settings = readScanSettings(given);
  const scope = readScope(given);
  if (given.isOn('show-config')) return showConfig(DEMO_OPTIONS, given, io);
  return runScan(
    {
      settings,
      cloud: 'demo',
      tenant: null,
      source: scope.source,
      today: DEMO_TODAY,
      options: { ...scopeOptionsOf(scope), ...optionsOf(settings) },
      open: async (context) => {
        const [{ demoConnection }, { openOn }] = await Promise.all([import('../demo/connection.ts'), import('./live.ts')]);
        return openOn(demoConnection(), scope, settings, context, io);
      },
    },
    io,
  );
};
