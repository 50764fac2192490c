import { describe, expect, it } from 'vitest';
import { kindByName, recognise } from '../../src/sources/recognise.ts';

const told = (text: string, isAll = true): string => {
  const what = recognise(text, isAll);
  if (typeof what === 'string') return what;
  return 'kind' in what ? what.kind : `refused: ${what.refused}`;
};

const TEMPLATE = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#';
const PARAMETERS = 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#';

describe('what a document is, by its contents', () => {
  it.each([
    ['a list', '[]', 'inventory'],
    ['a list that has only begun', ' \r\n\t[{"id', 'inventory'],
    ['a page of Resource Manager', '{"value":[', 'inventory'],
    ['a page whose link comes first', '{"nextLink":null,"value":[]}', 'inventory'],
    ['an answer of az graph query', '{"count":1,"data":[', 'inventory'],
    ['an answer of Search-AzGraph', '{"Count":1,"Data":[', 'inventory'],
    ['one resource', '{"accessKeys":null,"id":"/subscriptions/x"', 'inventory'],
    ['one of PowerShell', '{"ResourceGroupName":"rg","Id":"/subscriptions/x"', 'inventory'],
    ['a plan', '{"format_version":"1.2","terraform_version":"1.9.8","planned_values":{', 'terraform-plan'],
    ['a plan whose changes come first', '{"format_version":"1.2","resource_changes":[', 'terraform-plan'],
    ['a state', '{"format_version":"1.0","terraform_version":"1.9.8","values":{', 'terraform-state'],
    ['a template', `{"$schema":"${TEMPLATE}"`, 'arm-template'],
    ['a template without a schema', '{"contentVersion":"1.0.0.0","resources":[', 'arm-template'],
    ['a template under comments', `// ours\n/* { "value": [] } */ {\n// "value":\n"$schema": "${TEMPLATE}"`, 'arm-template'],
    ['a template whose schema comes last', `{"resources":[{"id":"x","value":[]}],"$schema":"${TEMPLATE}"}`, 'arm-template'],
    ['a template for a subscription', `{"$schema":"${TEMPLATE.replace('deploymentT', 'subscriptionDeploymentT')}"`, 'arm-template'],
    ['a snapshot', '{"type":"snapshot","$schema":"urn:redvet:schema:snapshot:1"', 'snapshot'],
  ])('%s', (_, text, kind) => {
    expect(told(text, false)).toBe(kind);
  });

  it.each([
    ['a result', '{"$schema":"urn:redvet:schema:result:1"', 'is a result of redvet: it was judged already'],
    ['a result line by line', '{"type":"run","$schema":"urn:redvet:schema:result:1"', 'is a result of redvet: it was judged already'],
    ['parameters', `{"$schema":"${PARAMETERS}"`, 'holds the parameters of a template'],
    ['a plan as terraform plan -out writes it', 'PK\u0003\u0004\u0014', 'is an archive, as Terraform keeps a plan in'],
    ['a raw state', '{"version":4,"serial":1,"lineage":"x","resources":[', "is Terraform's own state"],
  ])('%s is told apart, and refused', (_, text, why) => {
    expect(told(text, false)).toBe(`refused: ${why}`);
  });

  it.each([
    ['an empty object', '{}'],
    ['a package', '{"name":"x","version":"1.0.0"}'],
    ['null', 'null'],
    ['a text', '"value"'],
    ['no JSON', 'root:x:0:0'],
    ['names that stand deeper', '{"a":{"value":[],"id":1,"$schema":"urn:redvet:schema:snapshot:1"}}'],
    ['a value that is named like one of ours', '{"a":"value","b":["id"]}'],
    ['a name with quotes in it', '{"\\"value\\"":1}'],
  ])('%s is nothing of ours', (_, text) => {
    expect(told(text)).toBe('other');
  });

  it('is an empty state, and not what else Terraform writes', () => {
    expect(told('{"format_version":"1.0"}')).toBe('terraform-state');
    expect(told('{"format_version":"1.0","terraform_version":"1.9.8","checks":[]}')).toBe('terraform-state');
    expect(told('{"format_version":"1.0","valid":true}')).toBe('other');
    expect(told('{"format_version":"1.0"', false)).toBe('undecided');
  });

  it('is undecided as long as more of it may tell', () => {
    expect(told('', false)).toBe('undecided');
    expect(told('{"a": {"b": [', false)).toBe('undecided');
    expect(told('{"val', false)).toBe('undecided');
    expect(told('{"a": "unfinished', false)).toBe('undecided');
  });

  it('takes as long as the text is, however it is nested or cut', () => {
    for (const text of [
      '{"a":'.repeat(200_000),
      '["a"'.repeat(200_000).slice(1),
      `{"${'\\'.repeat(400_001)}`,
      '{/*'.repeat(200_000),
      '{"a":/'.repeat(200_000),
    ])
      expect(['other', 'undecided']).toContain(told(text, false));
  });
});

describe('what a file is, by its name', () => {
  it.each([
    ['main.tf', 'terraform'],
    ['a/b.TF.JSON', 'terraform'],
    ['main.bicep', 'bicep'],
    ['main.tofu', 'terraform'],
    ['main.tofu.json', 'terraform'],
    ['main.tfvars', null],
    ['main.tftest.hcl', null],
    ['a.json', null],
    ['tf', null],
  ])('%s', (name, kind) => {
    expect(kindByName(name)).toBe(kind);
  });
});
