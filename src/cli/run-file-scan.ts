import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import type { FileRequest } from '../sources/input.ts';
import { type Given, refuseFlags } from './given.ts';
import type { Io } from './io.ts';
import { LIVE_ONLY, SCAN_OPTIONS } from './options.ts';
import { runScan } from './scan.ts';
import { readFileSelection, selectionOptionsOf } from './scope.ts';
import { optionsOf, readInputSettings, readScanSettings } from './settings.ts';
import { showConfig } from './show-config.ts';

/** `redvet scan FILE…`: exports and declarations, without a cloud. */
export const runFileScan = async (paths: readonly string[], given: Given, io: Io): Promise<number> => {
  const settings = readScanSettings(given);
  checkPaths(paths);
  refuseFlags(given, LIVE_ONLY, 'is for a scan of Azure itself', 'Leave it out, or the files.');
  const selection = readFileSelection(given);
  const { from, parameters } = readInputSettings(given);
  if (given.isOn('show-config')) return showConfig(SCAN_OPTIONS, given, io);
  return runScan(
    {
      settings,
      cloud: 'none',
      tenant: null,
      source: 'files',
      today: null,
      options: { inputs: paths, from, parameters, ...selectionOptionsOf(selection), ...optionsOf(settings) },
      open: async ({ watch, today, signal }) => {
        const { fileSource } = await import('../sources/input.ts');
        const files = await io.inputs({ idleMs: IDLE_REQUESTS * settings.requestTimeoutMs, programMs: settings.timeoutMs }, signal);
        const kinds = new Set(settings.rules.flatMap(({ appliesTo }) => appliesTo));
        const replay: FileRequest['replay'] = async (...input) =>
          (await import('./snapshot.ts')).openSnapshot(settings, selection, today, io)(...input);
        return fileSource({ paths, from, parameters, selection, kinds, files, replay, watch });
      },
    },
    io,
  );
};

/** `az` may take minutes before its first byte, so a pipe is given more time than a request. */
const IDLE_REQUESTS = 10;

/** An empty variable in a pipeline must not become the scan of something else. */
const checkPaths = (paths: readonly string[]): void => {
  if (paths.includes(''))
    throw new Trouble(
      problem('usage', 'USAGE', 'the name of a file is empty', { hint: 'Name files or folders, or - for standard input.' }),
    );
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined)
    throw new Trouble(problem('usage', 'USAGE', `${JSON.stringify(twice)} is named twice`, { scope: twice, hint: 'Name it once.' }));
};
