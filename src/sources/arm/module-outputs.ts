import { isDeferred, isObject, isSensitive, type JsonObject, sensitive } from '../decode/json.ts';
import { evaluate, named, type Scope } from './evaluate.ts';
import { targetIn } from './ids.ts';
import { keyOfParts, type Part } from './open.ts';

/** A nested deployment, as far as others refer to it. */
interface Module {
  readonly name: readonly Part[];
  readonly symbol: string | null;
  /** Where it is declared. */
  readonly outer: Scope;
  readonly content: JsonObject;
  /** What names mean in its outputs. */
  readonly inner: Scope;
}

/** What nested deployments give out, for the expressions beside them. */
export interface ModuleOutputs {
  readonly add: (module: Module) => void;
  readonly read: Scope['output'];
}

const DEPLOYMENTS = 'microsoft.resources/deployments';

export const moduleOutputs = (): ModuleOutputs => {
  const modules = new Map<string, Module[]>();
  const of = (key: string): readonly Module[] => modules.get(key) ?? [];
  return {
    add: (module) => {
      for (const key of [keyOfParts(module.name), ...(module.symbol === null ? [] : [symbolKey(module.symbol)])]) {
        const before = modules.get(key);
        if (before === undefined) modules.set(key, [module]);
        else before.push(module);
      }
    },
    read: (deployment, name, from) => {
      const target = targetIn(deployment);
      const [first = []] = target?.type === DEPLOYMENTS ? target.names : [];
      const found =
        typeof deployment === 'string' && target === null
          ? of(symbolKey(deployment)).filter(({ outer }) => outer === from)
          : of(keyOfParts(first));
      const [only, ...others] = found;
      // Two of one name are deployed to different places, and nobody tells which is meant.
      return only === undefined || others.length > 0 ? undefined : outputOf(only, name);
    },
  };
};

const symbolKey = (symbol: string): string => `symbol ${symbol}`;

const outputOf = ({ content, inner }: Module, name: string): unknown => {
  const outputs = named(content, 'outputs');
  const output = isObject(outputs) ? named(outputs, name) : undefined;
  if (!isObject(output) || (named(output, 'condition') ?? true) !== true) return undefined;
  const value = evaluate(named(output, 'value'), inner);
  if (isDeferred(value) || isSensitive(value)) return value;
  return /^secure/i.test(String(named(output, 'type'))) ? sensitive(value) : value;
};
