import type { AccessPolicy, AccessPolicyAssignment } from '../model/cache.ts';
import type { Verdict } from '../model/finding.ts';
import type { FixTarget, Step } from '../model/fix.ts';
import { withoutPasswords } from '../model/redact.ts';
import { grantsEverything } from './acl.ts';
import { ASSIGNMENT_IN_BICEP, ASSIGNMENT_IN_TERRAFORM, assign, defineFix, named, showAssignments } from './fixes.ts';
import { defineRule, fail, given, givenEach, givenOf, pass, unknown, worstOf } from './rule.ts';

export const accessPoliciesLeastPrivilege = defineRule({
  id: 'access-policies-least-privilege',
  title: 'No identity may have every command on every key',
  severity: 'medium',
  appliesTo: ['redis'],
  why:
    'An application that reads and writes its own keys needs no FLUSHALL and no keys of others. ' +
    'Whoever takes over an identity with Data Owner empties or reads the whole cache.',
  evidence:
    'accessPolicyAssignments[].properties.accessPolicyName; accessPolicies[].properties.permissions of policies that are not built in',
  fix: defineFix({
    summary: 'Give each identity an access policy with the commands and keys it needs, then take Data Owner away.',
    risk:
      'Commands that the new policy does not allow fail with NOPERM, and open connections keep their rights until they authenticate ' +
      'again: test the policy first.',
    stage: 'cut',
    steps: (target) => [createPolicy(target), assign(target, 'POLICY'), takeAway(target)],
    verify: showAssignments,
    rollback: 'Assign Data Owner to the identity again.',
    terraform: { redis: ASSIGNMENT_IN_TERRAFORM },
    bicep: ASSIGNMENT_IN_BICEP,
    portal: 'Settings > Data Access Configuration',
  }),
  controls: [{ framework: 'cis-azure-database-2.0', id: '2.4', origin: 'cis' }],
  references: ['https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure-role-based-access-control'],
  needs: ['accessPolicyAssignments', 'accessPolicies'],
  check: (cache) =>
    givenEach(
      cache.accessPolicyAssignments,
      () => pass('no assignment'),
      (assignment) =>
        givenOf(holderOf(assignment), assignment.policy, (policy) => {
          const name = policy.toLowerCase();
          if (name === 'data owner') return mayEverything(assignment, policy);
          if (name === 'data contributor' || name === 'data reader') return NARROW;
          return given(cache.accessPolicies, (policies) => {
            // A list that changes between two pages may hold two of one name.
            const [own, ...others] = policies
              .filter((one) => one.name.toLowerCase() === name)
              .map((one) => policyVerdict(one, policy, assignment));
            return own === undefined
              ? unknown(`${holderOf(assignment)} has ${policy}, which is none of the access policies`, 'missing', { actual: policy })
              : worstOf([own, ...others]);
          });
        }),
    ),
});

/** `name` as the assignment writes it. */
const policyVerdict = ({ permissions }: AccessPolicy, name: string, assignment: AccessPolicyAssignment): Verdict =>
  givenOf(`access policy ${name}`, permissions, (text) => {
    const everything = grantsEverything(text);
    const verdict = everything ? mayEverything(assignment, name) : NARROW;
    return {
      ...(everything === null ? unknown(`what ${name} allows cannot be told`, 'invalid') : verdict),
      actual: withoutPasswords(text),
    };
  });

const NARROW = pass('no assignment grants every command on every key');

const mayEverything = (assignment: AccessPolicyAssignment, policy: string): Verdict =>
  fail(`${holderOf(assignment)} has ${policy}: every command on every key`, 'Data Contributor or less');

const holderOf = ({ name, objectId, alias }: AccessPolicyAssignment): string => {
  if (objectId === null) return alias ?? `assignment ${name}`;
  return alias === null ? objectId : `${alias} (${objectId})`;
};

const createPolicy = (target: FixTarget): Step => ({
  type: 'decide',
  text: 'Create a policy of what the identity needs, such as "+@read +@write ~app:*"',
  words: ['redis', 'access-policy', 'create', ...named(target), '--access-policy-name', 'POLICY', '--permissions', 'PERMISSIONS'],
});

const takeAway = (target: FixTarget): Step => ({
  type: 'decide',
  text: 'Delete the assignment of Data Owner',
  words: ['redis', 'access-policy-assignment', 'delete', ...named(target), '--policy-assignment-name', 'OLD_NAME'],
});
