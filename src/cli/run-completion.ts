import { Trouble } from '../errors.ts';
import { problem } from '../model/problem.ts';
import { bashScript } from './completion/bash.ts';
import { type Completed, completed } from './completion/completed.ts';
import { fishScript } from './completion/fish.ts';
import { powershellScript } from './completion/powershell.ts';
import { zshScript } from './completion/zsh.ts';
import type { Io } from './io.ts';
import { didYouMean } from './suggest.ts';
import { SHELLS } from './words.ts';

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (all: Completed) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/** `redvet completion SHELL`: a script that completes redvet's command line, without running it. */
export const runCompletion = async (word: string, io: Io): Promise<number> => {
  const shell = SHELLS.find((known) => known === word);
  if (shell === undefined) throw word === '' ? noShell(io.env['SHELL'] ?? '') : noSuchShell(word);
  await io.stdout.write(SCRIPTS[shell](completed()));
  return 0;
};

const THERE_IS = `There is ${SHELLS.join(', ')}.`;

const noShell = (path: string): Trouble => {
  const own = SHELLS.find((shell) => path.endsWith(`/${shell}`));
  const yours = own === undefined ? 'See: redvet completion --help' : `Yours seems to be ${own}: redvet completion ${own}`;
  return new Trouble(problem('usage', 'USAGE', 'no shell was named', { hint: `${THERE_IS} ${yours}` }));
};

/** PowerShell is called by the name of its program, too. */
const noSuchShell = (word: string): Trouble => {
  const meant = /^pwsh/i.test(word) ? 'Did you mean powershell?' : didYouMean(word, SHELLS);
  return new Trouble(
    problem('usage', 'USAGE', `there is no completion for ${JSON.stringify(word)}`, { hint: `${meant} ${THERE_IS}`.trim() }),
  );
};
