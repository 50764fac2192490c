import { Trouble } from '../errors.ts';
import { actionsOf } from '../model/need.ts';
import { problem } from '../model/problem.ts';
import { badValue, type Given, listOf, wordOf } from './given.ts';
import type { Io } from './io.ts';
import { readRules } from './select-rules.ts';

/** `redvet permissions`: the least that a scan by the selected rules takes, as a custom role. */
export const runPermissions = async (given: Given, io: Io): Promise<number> => {
  const { rules } = readRules(given);
  const language = wordOf(given, 'as', ['role', 'bicep'], 'role');
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
  if (language === 'bicep' && subscriptions.length > 0) {
    throw new Trouble(
      problem('usage', 'USAGE', 'a Bicep role is assignable in the subscription that it is deployed to', {
        scope: given.origin('subscription'),
        hint: 'Leave --subscription out, or take --as role.',
      }),
    );
  }
  const actions = actionsOf(rules);
  await io.stdout.write(language === 'role' ? roleJson(actions, subscriptions) : roleBicep(actions));
  await io.stderr.write(language === 'role' ? HOW_TO_JSON : HOW_TO_BICEP);
  return 0;
};

const NAME = 'redvet reader';
const DESCRIPTION = 'Reads what redvet judges of Redis caches. Cannot list keys or change anything.';

/** The form that `az role definition create` takes. */
const roleJson = (actions: readonly string[], subscriptions: readonly string[]): string =>
  `${JSON.stringify(
    {
      Name: NAME,
      IsCustom: true,
      Description: DESCRIPTION,
      Actions: actions,
      NotActions: [],
      DataActions: [],
      NotDataActions: [],
      AssignableScopes: (subscriptions.length === 0 ? ['SUBSCRIPTION_ID'] : subscriptions).map((id) => `/subscriptions/${id}`),
    },
    null,
    2,
  )}\n`;

const HOW_TO_JSON =
  'redvet: create it with: az role definition create --role-definition @role.json   (AssignableScopes by --subscription ID)\n';

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
