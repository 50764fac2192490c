import { azScript } from './az-script.ts';
import { bicepFile } from './bicep-file.ts';
import type { Origin } from './header.ts';
import type { Language } from './language-names.ts';
import type { Plan } from './plan.ts';
import { policyScript } from './policy-script.ts';
import { terraformFile } from './terraform-file.ts';

/** Every language that a plan can be written in. The text comes in pieces, in order, so that one of any length can be written. */
export const WRITERS: Readonly<Record<Language, (plan: Plan, origin: Origin) => Iterable<string>>> = {
  az: azScript,
  bicep: bicepFile,
  terraform: terraformFile,
  policy: policyScript,
};
