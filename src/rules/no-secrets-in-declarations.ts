import { defineFix } from './fixes.ts';
import { defineRule, fail, given, named, notApplicable, pass } from './rule.ts';

export const noSecretsInDeclarations = defineRule({
  id: 'no-secrets-in-declarations',
  title: 'A declaration must not hold keys in clear',
  severity: 'high',
  appliesTo: ['redis', 'managed', 'enterprise'],
  why:
    'What stands in a template or in Terraform is read by everybody who reads the repository, the pipeline and the state, and stays in ' +
    'their history. An access key opens the cache, and the key of a storage account opens its backups.',
  evidence: 'literal values, defaults and outputs of the declaration; the value itself is never shown',
  fix: defineFix({
    summary:
      'Take the secret out of the declaration: a Key Vault reference, a secure parameter or a managed identity in its place; then regenerate the key.',
    risk: 'Whoever reads the value from the output or the variable has to read it from its new place first. A regenerated key cuts off whoever holds the old one.',
    stage: 'cut',
    steps: () => [],
    rollback: 'None: a key that stood in a declaration is known, whatever stands there now.',
    rotateKeys: true,
  }),
  references: ['https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices'],
  check: (cache) =>
    cache.origin === null
      ? notApplicable('it runs: only a declaration can hold secrets', 'not_declared')
      : given(cache.secrets, (secrets) => {
          const [first] = secrets;
          if (first === undefined) return pass('the declaration holds no key in clear');
          const texts = [...new Set(secrets.map(({ what, path }) => `${what} in ${path}`))];
          const evidence = { path: first.path, source: 'observed' } as const;
          const verdict = fail(`in clear: ${named(texts, ', ')}`, 'a reference to Key Vault, or a secure parameter', { evidence });
          return isElsewhere(secrets) && first.subject !== null ? { ...verdict, subject: first.subject } : verdict;
        }),
});

/** Whether none of them stands in the declaration of the cache itself. */
const isElsewhere = (secrets: readonly { readonly subject: string | null }[]): boolean => secrets.every(({ subject }) => subject !== null);
