import { managementGroupId } from '../azure/management-group.ts';
import { Trouble } from '../errors.ts';
import { actionsOf, type Way } from '../model/need.ts';
import { problem } from '../model/problem.ts';
import { badValue, type Given, listOf, wordOf } from './given.ts';
import type { Io } from './io.ts';
import { readScope } from './scope.ts';
import { readRules } from './select-rules.ts';
import { ROLE_LANGUAGES } from './words.ts';

/** `redvet permissions`: the least that a scan by the selected rules takes, as a custom role. */
export const runPermissions = async (given: Given, io: Io): Promise<number> => {
  const { rules } = readRules(given);
  const language = wordOf(given, 'as', ROLE_LANGUAGES, 'role');
  const subscriptions = listOf(given, 'subscription');
  for (const id of subscriptions) {
    if (!/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
      throw badValue(
        given.origin('subscription'),
        id,
        'is no subscription id',
        'A role is assignable in subscriptions that are named by their id.',
      );
  }
  const { source, managementGroups: groups } = readScope(given);
  const scopes = [...subscriptions.map((id) => `/subscriptions/${id}`), ...groups.map(managementGroupId)];
  if (language === 'bicep' && scopes.length > 0) {
    throw new Trouble(
      problem('usage', 'USAGE', 'a Bicep role is assignable in the subscription that it is deployed to', {
        scope: given.origin(subscriptions.length > 0 ? 'subscription' : 'management-group'),
        hint: 'Leave --subscription and --management-group out, or take --as role.',
      }),
    );
  }
  const ways: readonly Way[] = [
    ...(source === 'graph' ? (['graph'] as const) : []),
    ...(groups.length > 0 ? (['managementGroups'] as const) : []),
  ];
  const actions = actionsOf(rules, ways);
  await io.stdout.write(language === 'role' ? roleJson(actions, scopes) : roleBicep(actions));
  await io.stderr.write(language === 'role' ? HOW_TO_JSON : HOW_TO_BICEP);
  return 0;
};

const NAME = 'redvet reader';
const DESCRIPTION = 'Reads what redvet judges of Redis caches. Cannot list keys or change anything.';

/** The form that `az role definition create` takes. */
const roleJson = (actions: readonly string[], scopes: readonly string[]): string =>
  `${JSON.stringify(
    {
      Name: NAME,
      IsCustom: true,
      Description: DESCRIPTION,
      Actions: actions,
      NotActions: [],
      DataActions: [],
      NotDataActions: [],
      AssignableScopes: scopes.length === 0 ? ['/subscriptions/SUBSCRIPTION_ID'] : scopes,
    },
    null,
    2,
  )}\n`;

const HOW_TO_JSON =
  'redvet: create it with: az role definition create --role-definition @role.json   (AssignableScopes by --subscription ID, --management-group ID)\n';

const HOW_TO_BICEP = 'redvet: create it with: az deployment sub create --location LOCATION --template-file role.bicep\n';

const roleBicep = (actions: readonly string[]): string => `targetScope = 'subscription'

param roleName string = '${NAME}'

resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(subscription().id, roleName)
  properties: {
    roleName: roleName
    description: '${DESCRIPTION}'
    type: 'CustomRole'
    permissions: [
      {
        actions: [
${actions.map((action) => `          '${action}'\n`).join('')}        ]
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
    assignableScopes: [
      subscription().id
    ]
  }
}

output roleDefinitionId string = role.id
`;
