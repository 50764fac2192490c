import type { CacheKind } from '../model/cache.ts';
import type { FixTarget } from '../model/fix.ts';
import type { RuleSpec } from '../model/rule-spec.ts';
import { azLines, rotationLines, verifyLine } from './az.ts';
import { bicepLines } from './bicep.ts';
import { type ClientChange, clientChanges } from './clients.ts';
import { assignmentWords, policyFor } from './policy.ts';
import { azCommand, variable, withVariables } from './shell.ts';
import { terraformLines } from './terraform.ts';

/** What mends a rule's failure on any cache of one kind: the texts of a finding, with shell variables in the place of names. */
export interface ExplainedFix {
  /** Lines that set the variables which the commands use, with words in capitals to be replaced. */
  readonly variables: readonly string[];
  /** Empty where nothing can be changed in place. */
  readonly az: readonly string[];
  readonly bicep: readonly string[];
  readonly terraform: readonly string[];
  /** Null where there is no built-in policy for this kind of cache. */
  readonly policy: string | null;
  readonly verify: string | null;
  readonly clients: readonly ClientChange[];
  /** Empty where the keys are not exposed. */
  readonly rotateKeys: readonly string[];
}

export const explainedFix = ({ fix }: RuleSpec, kind: CacheKind): ExplainedFix => {
  const target = anyCache(kind);
  const terraform = fix.terraform[kind];
  const policy = policyFor(fix, kind);
  const verify = verifyLine(fix, target);
  const texts = {
    az: azLines(fix, target).map(readable),
    policy: policy === null ? null : azCommand(assignmentWords(policy, target.subscriptionId)),
    verify: verify === null ? null : readable(verify),
    rotateKeys: fix.rotateKeys ? rotationLines(target) : [],
  };
  return {
    ...texts,
    variables: variablesIn([...texts.az, ...texts.rotateKeys, texts.policy ?? '', texts.verify ?? ''].join('\n'), kind),
    bicep: bicepLines(fix, target).map((line) => withVariables(line, (name) => PLACEHOLDERS.get(name) ?? name)),
    terraform: terraform === undefined ? [] : terraformLines(terraform),
    clients: clientChanges(fix, kind),
  };
};

const anyCache = (kind: CacheKind): FixTarget => ({
  id: variable(kind === 'redis' ? 'ID' : 'CL'),
  name: variable('N'),
  kind,
  resourceGroup: variable('G'),
  subscriptionId: variable('S'),
  sku: null,
});

const DATABASE = '$CL/databases/default';

/** Prose that names the cache names the variable. */
const readable = (line: string): string => withVariables(line.replaceAll(DATABASE, '$DB'), (name) => `$${name}`);

const GROUP = '/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Cache';

const VARIABLES: readonly (readonly [name: string, value: string])[] = [
  ['ID', `${GROUP}/redis/NAME`],
  ['CL', `${GROUP}/redisEnterprise/NAME`],
  ['DB', `"${DATABASE}"`],
  ['N', 'NAME'],
  ['G', 'GROUP'],
  ['S', 'SUBSCRIPTION'],
];

const PLACEHOLDERS: ReadonlyMap<string, string> = new Map(VARIABLES);

const variablesIn = (text: string, kind: CacheKind): readonly string[] => {
  const isUsed = (name: string): boolean => new RegExp(`\\$\\{?${name}\\b`).test(text);
  return VARIABLES.filter(([name]) => isUsed(name) || (name === 'CL' && kind !== 'redis' && isUsed('DB'))).map(
    ([name, value]) => `${name}=${value}`,
  );
};
