import type { Cache } from '../../src/model/cache.ts';
import { azurermCaches, type ProviderMajor, type TerraformResource } from '../../src/sources/decode/azurerm.ts';
import { deferred, type JsonObject } from '../../src/sources/decode/json.ts';

export const LATER = deferred('known after apply');

export const terraformResource = (
  address: string,
  values: JsonObject,
  references: Readonly<Record<string, readonly string[]>> = {},
): TerraformResource => {
  const [type = '', name = ''] = address.replace(/^.*\.(?=(?:azurerm|azapi)_)/, '').split(/[.[]/);
  return {
    address,
    type,
    name,
    values,
    references: new Map(Object.entries(references)),
    place: null,
    places: new Map(),
    creates: true,
    file: 'plan.json',
  };
};

export const redisResource = (values: JsonObject = {}, address = 'azurerm_redis_cache.main'): TerraformResource =>
  terraformResource(address, {
    id: LATER,
    name: 'orders',
    resource_group_name: 'rg',
    location: 'West Europe',
    sku_name: 'Premium',
    family: 'P',
    capacity: 1,
    ...values,
  });

export const cachesIn = (resources: readonly TerraformResource[], provider: ProviderMajor = 4): readonly Cache[] =>
  azurermCaches(resources, { language: 'terraform', provider }).flatMap((read) => (read.type === 'cache' ? [read.cache] : []));
