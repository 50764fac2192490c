import type { ProviderMajor } from '../decode/azurerm.ts';
import { majorOf } from '../terraform/provider.ts';
import type { Parsed } from './syntax.ts';

/** The major version of azurerm: the exact one that `terraform init` chose, else what the constraints leave. */
export const providerOf = (constraints: readonly string[], lock: Parsed | null): ProviderMajor => {
  const locked = lockedVersion(lock);
  return majorOf(locked === null ? constraints : [locked]);
};

const lockedVersion = (lock: Parsed | null): string | null => {
  if (lock === null || 'mistake' in lock) return null;
  const block = lock.body.blocks.find(({ type, labels }) => type === 'provider' && /\/hashicorp\/azurerm$/.test(labels[0] ?? ''));
  const version = block?.body.attributes.get('version')?.value;
  return version?.is === 'literal' && typeof version.value === 'string' ? version.value : null;
};
