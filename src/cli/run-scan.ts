import type { Given } from './given.ts';
import type { Io } from './io.ts';
import { runScan } from './scan.ts';
import { optionsOf, readLiveSettings, readScanSettings } from './settings.ts';

/** `redvet scan`: live, through Azure Resource Manager. */
export const runLiveScan = async (given: Given, io: Io): Promise<number> => {
  const settings = readScanSettings(given);
  const live = readLiveSettings(given, io.env);
  const { cloud } = live;
  return runScan(
    {
      settings,
      cloud: cloud.name,
      tenant: live.tenant ?? null,
      today: null,
      options: {
        auth: live.auth,
        subscriptions: live.subscriptions,
        armEndpoint: cloud.endpoint,
        authority: cloud.authority,
        audience: cloud.audience,
        ...optionsOf(settings),
      },
      open: async (context) => (await import('./live.ts')).openLive(live, settings, context, io),
    },
    io,
  );
};
