import { type Given, refuseFlags } from './given.ts';
import type { Io } from './io.ts';
import { FILES_ONLY, SCAN_OPTIONS } from './options.ts';
import { runScan } from './scan.ts';
import { readScope, scopeOptionsOf } from './scope.ts';
import { optionsOf, readLiveSettings, readScanSettings } from './settings.ts';
import { showConfig } from './show-config.ts';

/** `redvet scan`: live, through Azure Resource Manager. */
export const runLiveScan = async (given: Given, io: Io): Promise<number> => {
  const settings = readScanSettings(given);
  refuseFlags(given, FILES_ONLY, 'is for a scan of files', 'Name the files: redvet scan FILE');
  const scope = readScope(given);
  const live = readLiveSettings(given, io.env);
  if (given.isOn('show-config')) return showConfig(SCAN_OPTIONS, given, io);
  const { cloud } = live;
  return runScan(
    {
      settings,
      cloud: cloud.name,
      tenant: live.tenant ?? null,
      source: scope.source,
      today: null,
      options: {
        auth: live.auth,
        ...scopeOptionsOf(scope),
        armEndpoint: cloud.endpoint,
        authority: cloud.authority,
        audience: cloud.audience,
        ...optionsOf(settings),
      },
      open: async (context) => (await import('./live.ts')).openLive(live, scope, settings, context, io),
    },
    io,
  );
};
