import { describe, expect, it } from 'vitest';
import type { AccessPolicy, AccessPolicyAssignment, Cache } from '../../src/model/cache.ts';
import { pending } from '../../src/model/fact.ts';
import { accessPoliciesLeastPrivilege } from '../../src/rules/access-policies-least-privilege.ts';
import {
  assignment,
  awaiting,
  compliantCache,
  judged,
  listed,
  NOT_EVALUATED,
  outOfReach,
  seen,
  TODAY,
  UNSEEN,
  unknownOf,
  unknownVerdict,
} from '../support/cache.ts';

const OBJECT = '44444444-0000-4000-8000-000000000001';
const EXPECTED = { expected: 'Data Contributor or less' };
const NARROW = 'no assignment grants every command on every key';

const check = (differences: Partial<Cache>) => accessPoliciesLeastPrivilege.check(compliantCache(differences), TODAY);

const assigned = (...assignments: readonly AccessPolicyAssignment[]) => check({ accessPolicyAssignments: listed(assignments) });

const policy = (name: string, permissions: string): AccessPolicy => ({ name, permissions: seen(permissions) });

/** What is said of an assignment of a policy `team` with these permissions. */
const withPermissions = (permissions: string) =>
  check({ accessPolicyAssignments: listed([assignment('app', 'team')]), accessPolicies: listed([policy('team', permissions)]) });

describe('access-policies-least-privilege', () => {
  it('is a requirement of severity medium on Azure Cache for Redis: clusters know one policy, which is everything', () => {
    const { severity, appliesTo, follows, needs } = accessPoliciesLeastPrivilege;
    expect({ severity, appliesTo, follows, needs }).toEqual({
      severity: 'medium',
      appliesTo: ['redis'],
      follows: null,
      needs: ['accessPolicyAssignments', 'accessPolicies'],
    });
  });

  describe('goes by the names of the policies that are built in', () => {
    it.each(['Data Owner', 'data owner', 'DATA OWNER'])('fails an assignment of %s, and names who has it', (name) => {
      expect(assigned(assignment('app', name))).toEqual(
        judged('fail', `app-alias (${OBJECT}) has ${name}: every command on every key`, { ...EXPECTED, actual: name }),
      );
    });

    it.each(['Data Contributor', 'Data Reader', 'data contributor', 'DATA READER'])('passes an assignment of %s', (name) => {
      expect(assigned(assignment('app', name))).toEqual(judged('pass', NARROW, { actual: name }));
    });

    it('fails as soon as one identity has everything, and names each that does', () => {
      expect(assigned(assignment('a', 'Data Owner'), assignment('b', 'Data Reader'), assignment('c', 'Data Owner'))).toEqual(
        judged(
          'fail',
          `a-alias (${OBJECT}) has Data Owner: every command on every key; c-alias (${OBJECT}) has Data Owner: every command on every key`,
          { ...EXPECTED, actual: 'Data Owner' },
        ),
      );
    });

    it.each([
      { objectId: null, alias: 'team-a', who: 'team-a' },
      { objectId: OBJECT, alias: null, who: OBJECT },
      { objectId: null, alias: null, who: 'assignment app' },
    ])('names $who where object id or alias are not known', ({ objectId, alias, who }) => {
      expect(assigned({ ...assignment('app', 'Data Owner'), objectId, alias }).message).toBe(
        `${who} has Data Owner: every command on every key`,
      );
    });
  });

  it('passes a cache without any assignment', () => {
    expect(assigned()).toEqual(judged('pass', 'no assignment'));
  });

  it('judges assignments where Entra authentication is off too: they come into force with it', () => {
    expect(check({ entraAuthentication: seen(false), accessPolicyAssignments: listed([assignment('app', 'Data Owner')]) }).outcome).toBe(
      'fail',
    );
  });

  describe('goes by the permissions of any other policy', () => {
    it('fails one that allows everything, and shows it', () => {
      expect(withPermissions('+@all ~*')).toEqual(
        judged('fail', `app-alias (${OBJECT}) has team: every command on every key`, { ...EXPECTED, actual: '+@all ~*' }),
      );
    });

    it('passes one that does not, and shows it', () => {
      expect(withPermissions('+@read ~app:*')).toEqual(judged('pass', NARROW, { actual: '+@read ~app:*' }));
    });

    it.each([
      // Every command: named with and without a plus, in any case, whatever else is given.
      '+@all ~*',
      '@all ~*',
      'allcommands ~*',
      '+@ALL allkeys',
      'AllCommands AllKeys',
      '+@read +@all +get ~*',
      // Every key: named, or none at all.
      '+@all allkeys',
      '+@all',
      '+@all %RW~*',
      '+@all %wr~*',
      '+@all ~**',
      '+@all ~app:* ~*',
      '~* +@all',
      '  +@all\t~*  ',
      // What was taken away is given back.
      '+@all -flushall +flushall ~*',
      '+@all -@dangerous +@dangerous ~*',
      '+@all -config|set +config|set ~*',
      '+@all -config|set -config|get +config ~*',
      '+@all -flushall -@admin +@all ~*',
      '-@all +@all ~*',
      'nocommands allcommands allkeys',
      'reset +@all ~*',
      '+@all ~app:* resetkeys ~*',
      // Neither is about commands or keys.
      'on +@all &channel:* resetchannels ~*',
    ])('fails %j', (permissions) => {
      expect(withPermissions(permissions).outcome).toBe('fail');
    });

    it.each([
      // Not every command.
      '+@read +@write ~*',
      '@read allkeys',
      '+get ~*',
      '',
      '~*',
      '+@all -@dangerous +cluster|info allkeys',
      '+@all -flushall ~*',
      '+@all -flushall -flushall +get ~*',
      '+@all -config|set +config|get ~*',
      '+@all -config +config|get ~*',
      '+@all -configx|set +config ~*',
      '+@all -@dangerous +flushall +keys ~*',
      '+@all -@dangerous +@read ~*',
      '+@all -@all ~*',
      '+@all nocommands ~*',
      '+@all -@all +@read ~*',
      '+@all reset',
      '+@all -flushall +@write -flushall ~*',
      // Not every key.
      '+@all ~app:*',
      '+@all ~app:* ~other:*',
      '+@all ~*app',
      '+@all %R~*',
      '+@all %W~*',
      '+@all ~* resetkeys ~app:*',
      // Not so named.
      '+@allx ~*',
    ])('passes %j', (permissions) => {
      expect(withPermissions(permissions).outcome).toBe('pass');
    });

    it.each([
      ['a selector', '+@read ~* (+@all ~*)'],
      ['a selector without a space in it', '+@read (+@all)'],
      // Who gives a category after taking a command away means to give something back.
      ['a category that may give back what was taken away', '+@all -keys +@dangerous ~*'],
      ['two of them', '+@all -keys -flushall +@dangerous ~*'],
      // What is none of Redis' tokens may mean anything.
      ['a list with commas', '+@all,~*'],
      ['a pattern of commands', '+* ~*'],
      ['a word', 'all ~*'],
      ['half a token', '+ ~*'],
    ])('cannot tell what %s allows', (_, permissions) => {
      expect(withPermissions(permissions)).toEqual(
        judged('unknown', 'what team allows cannot be told', { actual: permissions, reason: 'invalid' }),
      );
    });

    it('need not tell what is given back where not every key is meant, or something else stays away', () => {
      expect(withPermissions('+@all -keys +@dangerous ~app:*').outcome).toBe('pass');
      expect(withPermissions('+@all -keys -@admin +@dangerous ~*').outcome).toBe('pass');
    });

    it('finds the policy without regard to case', () => {
      const found = check({
        accessPolicyAssignments: listed([assignment('app', 'TEAM')]),
        accessPolicies: listed([policy('Team', '+@all')]),
      });
      expect(found.message).toBe(`app-alias (${OBJECT}) has TEAM: every command on every key`);
    });

    it.each(['+@all ~* >hunter2', '+@read >hunter2', '(+@read) <hunter2', '+@all #hunter2'])(
      'shows no password that stands in %j',
      (permissions) => {
        const { actual, message } = withPermissions(permissions);
        expect(actual).toContain('(redacted)');
        expect(`${actual} ${message}`).not.toContain('hunter2');
      },
    );

    it.each([
      ['+@admin ~*', '+@all ~*'],
      ['+@all ~*', '+@admin ~*'],
    ])('judges both of two that a changing list holds by one name: %j and %j', (one, other) => {
      const accessPolicies = listed([policy('team', one), policy('Team', other)]);
      expect(check({ accessPolicyAssignments: listed([assignment('app', 'team')]), accessPolicies }).outcome).toBe('fail');
    });

    it('takes no policy for another one', () => {
      const accessPolicies = listed([policy('other', '+@read'), policy('team', '+@all'), policy('more', '+@read')]);
      expect(check({ accessPolicyAssignments: listed([assignment('app', 'team')]), accessPolicies }).outcome).toBe('fail');
    });

    it('is unknown for a policy that is not there', () => {
      expect(
        check({ accessPolicyAssignments: listed([assignment('app', 'gone')]), accessPolicies: listed([policy('team', '+get')]) }),
      ).toEqual(
        judged('unknown', `app-alias (${OBJECT}) has gone, which is none of the access policies`, { actual: 'gone', reason: 'missing' }),
      );
    });

    it.each(UNSEEN)('is unknown when its permissions are $kind', (fact) => {
      const accessPolicies = listed([{ name: 'team', permissions: fact }]);
      expect(check({ accessPolicyAssignments: listed([assignment('app', 'team')]), accessPolicies })).toEqual(
        unknownOf('access policy team', fact),
      );
    });
  });

  describe('asks no more than it must', () => {
    const waiting = { accessPolicies: pending('accessPolicies') };

    it('waits for the assignments', () => {
      expect(check({ ...waiting, accessPolicyAssignments: pending('accessPolicyAssignments') })).toEqual(
        awaiting('accessPolicyAssignments'),
      );
    });

    it.each(['Data Owner', 'Data Contributor', 'Data Reader'])('does not wait for the policies when all that is assigned is %s', (name) => {
      expect(check({ ...waiting, accessPolicyAssignments: listed([assignment('app', name)]) }).awaits).toBeUndefined();
    });

    it('waits for the policies as soon as one assignment names another one', () => {
      const accessPolicyAssignments = listed([assignment('a', 'Data Owner'), assignment('b', 'team')]);
      expect(check({ ...waiting, accessPolicyAssignments })).toEqual(awaiting('accessPolicies'));
    });

    it.each(UNSEEN)('is unknown when the policies it asks for are $kind', (fact) => {
      expect(check({ accessPolicies: fact, accessPolicyAssignments: listed([assignment('b', 'team')]) })).toEqual(unknownVerdict(fact));
    });
  });

  it.each(UNSEEN)('is unknown when the assignments are $kind', (fact) => {
    expect(check({ accessPolicyAssignments: fact })).toEqual(unknownVerdict(fact));
  });

  it.each(UNSEEN)('is unknown when the policy of an assignment is $kind, and fails beside one of Data Owner', (fact) => {
    const odd = { ...assignment('odd', ''), policy: fact };
    expect(assigned(assignment('app', 'Data Reader'), odd)).toEqual(unknownOf(`odd-alias (${OBJECT})`, fact));
    expect(assigned(odd, assignment('app', 'Data Owner')).outcome).toBe('fail');
  });

  it('is not evaluated when the source can never show assignments', () => {
    expect(check({ accessPolicyAssignments: outOfReach() })).toEqual(NOT_EVALUATED);
  });

  it('is mended by a policy, its assignment, and only then the end of the old one; each is for a person to decide', () => {
    const steps = accessPoliciesLeastPrivilege.fix.steps(compliantCache());
    expect(steps.map((step) => (step.type === 'decide' ? step.words.slice(0, 3).join(' ') : step.type))).toEqual([
      'redis access-policy create',
      'redis access-policy-assignment create',
      'redis access-policy-assignment delete',
    ]);
    expect(steps.map((step) => (step.type === 'decide' ? step.words.filter((word) => /^[A-Z_]+$/.test(word)) : []))).toEqual([
      ['POLICY', 'PERMISSIONS'],
      ['NAME', 'POLICY', 'OBJECT_ID', 'ALIAS'],
      ['OLD_NAME'],
    ]);
  });
});
