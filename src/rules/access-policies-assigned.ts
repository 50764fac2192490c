import { whereEntraIsOn } from './conditions.ts';
import { ASSIGNMENT_IN_BICEP, ASSIGNMENT_IN_TERRAFORM, assign, defineFix, showAssignments } from './fixes.ts';
import { defineRule, fail, given, pass } from './rule.ts';

export const accessPoliciesAssigned = defineRule({
  id: 'access-policies-assigned',
  title: 'Where Entra authentication is on, an access policy must be assigned',
  severity: 'low',
  appliesTo: ['redis'],
  why:
    'Entra authentication without any assignment lets nobody in, so every client still uses the shared keys. ' +
    'The switch looks secure and changes nothing.',
  evidence: 'accessPolicyAssignments; not applicable where properties.redisConfiguration.aad-enabled is not true',
  fix: defineFix({
    summary: 'Assign an access policy to each client identity.',
    risk: 'Nothing breaks: clients with access keys go on as before.',
    stage: 'prepare',
    steps: (target) => [assign(target)],
    verify: showAssignments,
    rollback: 'Delete the assignment.',
    terraform: { redis: ASSIGNMENT_IN_TERRAFORM },
    bicep: ASSIGNMENT_IN_BICEP,
    portal: 'Settings > Data Access Configuration',
    clients: 'entra',
  }),
  controls: [{ framework: 'cis-azure-database-2.0', id: '2.4', origin: 'cis' }],
  references: [
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-configure-role-based-access-control',
    'https://learn.microsoft.com/azure/azure-cache-for-redis/cache-azure-active-directory-for-authentication',
  ],
  needs: ['accessPolicyAssignments'],
  check: (cache) =>
    whereEntraIsOn(cache, () =>
      given(cache.accessPolicyAssignments, ({ length }) =>
        length === 0
          ? fail('Entra authentication is on, and no identity has an access policy', 'at least one assignment')
          : pass(`${length} access policy ${length === 1 ? 'assignment' : 'assignments'}`, 'at least one assignment'),
      ),
    ),
});
