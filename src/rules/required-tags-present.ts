import type { TerraformFix } from '../model/fix.ts';
import { defineFix, managedRedis, redisCache, show } from './fixes.ts';
import { names } from './options.ts';
import { defineRule, fail, given, notApplicable, pass } from './rule.ts';

const TAGS = ['tags = {', '  TAG = "VALUE"', '}'];
const ENTERPRISE: TerraformFix = { resource: 'azurerm_redis_enterprise_cluster', lines: TAGS, older: null };

export const requiredTagsPresent = defineRule({
  id: 'required-tags-present',
  title: 'The cache must carry the tags that you require',
  severity: 'low',
  appliesTo: ['redis', 'managed', 'enterprise'],
  why:
    'A finding helps nobody as long as nobody can tell whose cache it is. ' +
    'Tags such as the owner and the environment say who has to mend it and how urgent that is.',
  evidence: 'tags: the names, compared without case',
  fix: defineFix({
    summary: 'Add the missing tags.',
    risk: 'Nothing breaks for clients. An Azure Policy with the effect Deny may refuse any write to a cache that does not comply with it.',
    stage: 'prepare',
    steps: ({ id }) => [
      {
        type: 'decide',
        text: 'Write the missing tags, with their values, for TAG=VALUE; several with spaces between.',
        words: ['tag', 'update', '--resource-id', id, '--operation', 'Merge', '--tags', 'TAG=VALUE'],
      },
    ],
    verify: show('.tags'),
    rollback: 'The same with the operation Delete.',
    terraform: { redis: redisCache(...TAGS), managed: managedRedis(...TAGS), enterprise: ENTERPRISE },
    portal: 'Tags',
  }),
  aliases: ['redisCacheHasTags'],
  references: ['https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources'],
  options: {
    tags: names('names of the tags that every cache must carry; none: the rule does not apply'),
  },
  check: (cache, { options }) => {
    if (options.tags.length === 0) return notApplicable('no tags are required: the option tags names none', 'not_configured');
    return given(cache.tags, (tags) => {
      const present = tags.map(({ name }) => name);
      const folded = new Set(present.map((name) => name.toLowerCase()));
      const absent = options.tags.filter((name) => !folded.has(name.toLowerCase()));
      const expected = options.tags.join(', ');
      const actual = present.length === 0 ? 'no tags' : present.join(', ');
      return absent.length === 0
        ? pass('carries the required tags', expected, { actual })
        : fail(`without the tag${absent.length === 1 ? '' : 's'} ${absent.join(', ')}`, expected, { actual });
    });
  },
});
