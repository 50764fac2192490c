import type { DeclaredSecret } from '../../model/cache.ts';
import { secretsBelow } from '../decode/azurerm-secrets.ts';
import type { Read } from '../input.ts';
import { blockName } from './declarations.ts';
import { evaluate } from './evaluate.ts';
import type { Instance } from './instance.ts';
import { leadsOf } from './references.ts';
import type { Found } from './resources.ts';
import { type Block, type Body, type Expression, partsOf } from './syntax.ts';
import { objectOf, type Value } from './values.ts';

/**
 * Secrets that stand in clear in variables, locals and outputs: of the cache that has to do with them, else of the
 * first one. And those in a cache itself whose text is made of something open, too.
 */
export const withSecrets = (reads: readonly Read[], found: readonly Found[], instances: readonly Instance[]): readonly Read[] => {
  const caches = reads.flatMap((read) => (read.type === 'cache' ? [read.cache] : []));
  const own = found.filter(({ resource }) => caches.some(({ id }) => id === resource.address));
  const added = new Map<string, DeclaredSecret[]>();
  for (const { secret, owns } of instances.flatMap(secretsOf)) {
    const owner = own.find(owns) ?? own[0];
    if (owner === undefined) continue;
    const { address } = owner.resource;
    added.set(address, [...(added.get(address) ?? []), secret]);
  }
  return reads.map((read) => {
    if (read.type !== 'cache' || !read.cache.secrets.known) return read;
    const { cache } = read;
    const before = read.cache.secrets.value;
    const written = own.filter(({ resource }) => resource.address === cache.id).flatMap(ownSecretsOf);
    // azapi calls `body.properties` what is `properties` where it is sent.
    const fresh = written.filter(({ path }) => !before.some((known) => path === known.path || path.endsWith(`.${known.path}`)));
    return {
      type: 'cache',
      cache: { ...cache, secrets: { ...read.cache.secrets, value: [...before, ...fresh, ...(added.get(cache.id) ?? [])] } },
    };
  });
};

const ownSecretsOf = ({ resource: { type, name }, instance }: Found): readonly DeclaredSecret[] => {
  const block = instance.module.folder.declared.resources.get(`${type}.${name}`)?.is;
  return block === undefined ? [] : secretsIn(block.body, '');
};

const secretsIn = ({ attributes, blocks }: Body, at: string): readonly DeclaredSecret[] => [
  ...[...attributes.values()].flatMap(({ name, value }) => secretsBelow(literalsIn(value), `${at}${name}`, never)),
  ...blocks.flatMap((block) => secretsIn(block.body, block.type === 'content' ? at : `${at}${blockName(block)}.`)),
];

interface Owned {
  readonly secret: DeclaredSecret;
  readonly owns: (cache: Found) => boolean;
}

const secretsOf = (instance: Instance): readonly Owned[] => [
  ...variablesOf(instance),
  ...localsOf(instance),
  ...(instance.caller === null ? [...settingsOf(instance), ...outputsOf(instance)] : []),
];

const named = (subject: string, secrets: readonly DeclaredSecret[], instance: Instance): readonly Owned[] => {
  const address = `${instance.prefix}${subject}`;
  return secrets.map((secret) => ({
    secret: { ...secret, subject: address },
    owns: ({ through, instance: other }) => through.has(address) || (instance.caller !== null && other === instance),
  }));
};

const variablesOf = (instance: Instance): readonly Owned[] =>
  [...instance.module.folder.declared.variables].flatMap(([name, { is: block }]) => {
    const fallback = block.body.attributes.get('default');
    return fallback === undefined
      ? []
      : named(`var.${name}`, secretsBelow(literalsIn(fallback.value), `var.${name}.default`, never), instance);
  });

const localsOf = (instance: Instance): readonly Owned[] =>
  [...instance.module.folder.declared.locals].flatMap(([name, { is }]) =>
    named(`local.${name}`, secretsBelow(literalsIn(is.value), `local.${name}`, never), instance),
  );

/** Those that files of settings give to variables. */
const settingsOf = (instance: Instance): readonly Owned[] =>
  instance.module.folder.settings.flatMap(({ file, values }) =>
    [...(values ?? [])].flatMap(([name, { value }]) =>
      named(`var.${name}`, secretsBelow(literalsIn(value), `${file}: ${name}`, never), instance),
    ),
  );

/** What stands in an expression in clear, whatever is made of it. */
const literalsIn = (expression: Expression): Value => {
  if (expression.is === 'literal') return expression.value;
  if (expression.is !== 'object') return partsOf(expression).map(literalsIn);
  return objectOf(expression.entries.map(({ key, value }) => [key.is === 'literal' ? String(key.value) : '*', literalsIn(value)]));
};

const never = (): boolean => false;

/** Outputs of the root module are written where everybody reads, unless they say that they are sensitive. */
const outputsOf = (instance: Instance): readonly Owned[] =>
  [...instance.module.folder.declared.outputs].flatMap(([name, { is: block }]) => {
    const value = block.body.attributes.get('value');
    if (value === undefined) return [];
    const subject = `output.${name}`;
    const literal = named(subject, secretsBelow(literalsIn(value.value), subject, never), instance);
    if (isSensitive(block, instance)) return literal;
    const { addresses } = leadsOf(value.value, { instance, block: null, each: null });
    const exposed = addresses.flatMap((address): readonly Owned[] => {
      const [, resource, what] = EXPOSED.exec(address) ?? [];
      if (resource === undefined) return [];
      const secret = { what: what === 'connection_string' ? 'a Redis connection string' : 'an access key', path: subject, subject };
      return [{ secret, owns: (cache) => cache.resource.address === resource }];
    });
    return [...literal, ...exposed.slice(0, 1)];
  });

/** An attribute of a cache that holds its key; or the whole cache, and so its keys. */
const EXPOSED =
  /^((?:module\.[^.]+\.)*(?:data\.)?azurerm_(?:redis_cache|managed_redis|redis_enterprise_database)\.[^.]+)(?:$|\.(?:default_database\.)?(?:primary|secondary)_(access_key|connection_string)$)/;

const isSensitive = (block: Block, { scope }: Instance): boolean => {
  const attribute = block.body.attributes.get('sensitive');
  return attribute !== undefined && evaluate(attribute.value, scope) === true;
};
