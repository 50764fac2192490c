import type { Io } from './io.ts';
import type { Given } from './options.ts';
import { runScan } from './scan.ts';
import { readLiveSettings, readScanSettings } from './settings.ts';

/** `redvet scan`: live, through Azure Resource Manager. */
export const runLiveScan = async (given: Given, io: Io): Promise<number> => {
  const settings = readScanSettings(given);
  const live = readLiveSettings(given, io.env);
  const { cloud, armEndpoint, authority, audience } = live.cloud;
  return runScan(
    {
      settings,
      cloud: armEndpoint === undefined ? cloud : 'custom',
      tenant: live.tenant ?? null,
      options: {
        auth: live.auth,
        subscriptions: live.subscriptions,
        armEndpoint: armEndpoint ?? null,
        authority: authority ?? null,
        audience: audience ?? null,
        failOn: settings.failOn,
        allowIncomplete: settings.allowIncomplete,
        allowEmpty: settings.allowEmpty,
      },
      open: async (context) => (await import('./live.ts')).openLive(live, settings, context, io),
    },
    io,
  );
};
