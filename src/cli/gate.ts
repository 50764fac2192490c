import type { Policy } from '../policy/evaluate.ts';
import { NO_WAIVERS, type Waivers, waiversFrom } from '../policy/waivers.ts';
import { findAbove, WAIVERS_NAME } from './config.ts';
import type { Io } from './io.ts';
import type { GateSettings } from './settings.ts';

/** What excuses failures, by the files that say so; no waivers where there is no such file. Throws `Trouble` (usage) naming file, line and column. */
export const readGate = async (
  settings: { readonly gate: GateSettings; readonly unwaivable: ReadonlySet<string> },
  today: string,
  io: Io,
): Promise<{ readonly waivers: Waivers | null; readonly baseline: Policy['baseline'] }> => {
  const { baseline } = settings.gate;
  return {
    waivers: await waiversOf(settings, today, io),
    baseline: baseline === null ? null : await (await import('./baseline-file.ts')).readBaseline(baseline, io),
  };
};

const waiversOf = async (
  { gate, unwaivable }: { readonly gate: GateSettings; readonly unwaivable: ReadonlySet<string> },
  today: string,
  io: Io,
): Promise<Waivers | null> => {
  if (!gate.isWaived) return NO_WAIVERS;
  const path = gate.waivers ?? (await findAbove(WAIVERS_NAME, io));
  if (path === null) return null;
  const [{ readWaivers }, { refuseMistakes }] = await Promise.all([import('./waivers-file.ts'), import('./schema-mistakes.ts')]);
  const { waivers, mistakes } = await readWaivers(path, { today, maxDays: gate.maxDays, unwaivable }, io);
  refuseMistakes(mistakes);
  return waiversFrom(waivers, gate.isStrict, { today, warnDays: gate.warnDays });
};
