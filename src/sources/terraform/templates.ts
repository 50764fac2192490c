import { problem } from '../../model/problem.ts';
import type { TerraformResource } from '../decode/azurerm.ts';
import { textBehind } from '../decode/azurerm-values.ts';
import { isDeferred, isObject, isSensitive, propertyOf } from '../decode/json.ts';
import type { Read } from '../input.ts';

/** A gap for every resource that deploys a template of Resource Manager in which there is, or may be, a cache: it is not read here. */
export const templateGaps = (resources: readonly TerraformResource[], file: string): readonly Read[] =>
  resources
    .filter((resource) => isDeployment(resource) && mayHoldCaches(resource.values))
    .map(({ address }) => ({
      type: 'gap',
      gap: {
        problem: problem(
          'malformed',
          'TEMPLATE_NOT_READ',
          `${address} deploys a template that is not read here, and there is or may be a cache in it`,
          {
            scope: file,
            hint: 'Scan the template as a file of its own.',
            affects: ['*'],
          },
        ),
        correlationId: null,
      },
    }));

const isDeployment = ({ type, values }: TerraformResource): boolean =>
  /^azurerm_(?:\w+_)?template_deployment$/.test(type) ||
  (type === 'azapi_resource' && /^Microsoft\.Resources\/deployments@/i.test(textBehind(propertyOf(values, 'type')) ?? ''));

/** What is open may be a template with anything in it. */
const mayHoldCaches = (values: TerraformResource['values']): boolean =>
  CONTENT.some((name) => isDeferred(propertyOf(values, name))) || speaksOfCaches(values);

/** Where the template of a deployment stands, by the kinds of resource that take one. */
const CONTENT = ['template_content', 'template_body', 'template_spec_version_id', 'body'];

/** In a text, or in how it is written where its value is open. */
const speaksOfCaches = (value: unknown): boolean => {
  if (typeof value === 'string') return /microsoft\.cache\/redis/i.test(value);
  if (isSensitive(value)) return speaksOfCaches(value.value);
  if (isDeferred(value)) return /redis/i.test(value.written ?? '');
  if (Array.isArray(value)) return value.some(speaksOfCaches);
  return isObject(value) && Object.values(value).some(speaksOfCaches);
};
