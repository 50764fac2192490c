import { execFile, execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../src/policy/exit-code.ts';
import { FORMATS } from '../src/reporters/index.ts';
import { at, BINARY, emptyFolder, redvet, signedIn } from './support/redvet.ts';
import { startResourceManager, subscriptionId, wireRedis } from './support/resource-manager.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The fenced blocks of a language below a heading. */
const blocks = (heading: string, language: string): readonly string[] => {
  const section = README.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  return [...section.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, body = '']) => body);
};

interface Finding {
  readonly gating: boolean;
  readonly severity: string;
  readonly resourceName: string;
  readonly resourceId: string;
  readonly ruleId: string;
  readonly message: string;
  readonly outcome: string;
  readonly subscriptionId: string;
  readonly remediation: { readonly az: string | null } | null;
}

interface Cache {
  readonly name: string;
  readonly sku: string;
  readonly location: string;
  readonly findings: { readonly fail: number; readonly unknown: number };
}

interface Framework {
  readonly id: string;
  readonly controls: readonly { readonly id: string; readonly state: string; readonly rules: readonly string[] }[];
}

interface Result {
  readonly findings: readonly Finding[];
  readonly caches: readonly Cache[];
  readonly frameworks: readonly Framework[];
  readonly problems: readonly { readonly scope: string; readonly action: string; readonly hint: string }[];
}

const lines = (...all: readonly string[]): string => all.map((line) => `${line}\n`).join('');

const bySubscription = (findings: readonly Finding[]): string => {
  const gating = findings.filter((one) => one.gating).map(({ subscriptionId }) => subscriptionId);
  return lines(...[...new Set(gating)].sort().map((id) => `${gating.filter((other) => other === id).length}\t${id}`));
};

const byRule = (findings: readonly Finding[]): string => {
  const failing = findings.filter(({ outcome }) => outcome === 'fail').map(({ ruleId }) => ruleId);
  return lines(...[...new Set(failing)].sort().map((id) => `${failing.filter((other) => other === id).length}\t${id}`));
};

/** What each recipe must print, computed without jq. */
const RECIPES: readonly ((result: Result) => string)[] = [
  ({ findings }) =>
    lines(...findings.filter(({ gating }) => gating).map((f) => [f.severity, f.resourceName, f.ruleId, f.message].join('\t'))),
  ({ findings }) => lines(...findings.filter((f) => f.ruleId === 'non-ssl-port-disabled' && f.outcome === 'fail').map((f) => f.resourceId)),
  ({ findings }) =>
    lines(...findings.flatMap((f) => (f.ruleId === 'non-ssl-port-disabled' && f.remediation?.az ? [f.remediation.az] : []))),
  ({ findings }) => byRule(findings),
  ({ findings }) => lines(...findings.filter((f) => f.outcome === 'unknown').map((f) => [f.resourceName, f.ruleId, f.message].join('\t'))),
  ({ problems }) => lines(...problems.map(({ scope, action, hint }) => [scope, action, hint].join('\t'))),
  ({ findings, caches }) => {
    const by = (outcome: string): number => findings.filter((one) => one.outcome === outcome).length;
    const gating = findings.filter((one) => one.gating).length;
    return lines(`${gating} gate, ${by('fail')} fail, ${by('unknown')} unknown on ${caches.length} caches (findings)`);
  },
  ({ findings }) => bySubscription(findings),
  ({ caches }) =>
    lines(
      ...[...caches]
        .sort((a, b) => b.findings.fail - a.findings.fail)
        .map(({ name, sku, location, findings }) => `"${name}","${sku}","${location}",${findings.fail},${findings.unknown}`),
    ),
  ({ frameworks }) => {
    const controls = frameworks.find(({ id }) => id === 'pci-dss-4.0')?.controls ?? [];
    return lines(...controls.filter(({ state }) => state === 'fail').map(({ id, rules }) => `${id}\t${rules.join(' ')}`));
  },
  () => 'false\n',
  ({ findings }) => lines(...findings.filter(({ gating }) => gating).map((f) => [f.severity, f.resourceId, f.ruleId].join('\t'))),
];

const hasJq = (): boolean => {
  try {
    execFileSync('jq', ['--version']);
    return true;
  } catch {
    process.stdout.write('skipped: the jq recipes of the README, because jq is not installed\n');
    return false;
  }
};

describe.skipIf(!hasJq())('the jq recipes', () => {
  const recipes = blocks('JSON for jq', 'bash').flatMap((block) => block.split('\n').filter((line) => line.startsWith('jq ')));
  const folder = emptyFolder();
  let result: Result = { findings: [], caches: [], frameworks: [], problems: [] };
  beforeAll(async () => {
    await redvet(['demo', '-o', 'json=redvet.json', '-o', 'ndjson=redvet.ndjson'], { cwd: folder });
    result = JSON.parse(readFileSync(join(folder, 'redvet.json'), 'utf8'));
  });

  it('are all held to what they must print', () => {
    expect(recipes).toHaveLength(RECIPES.length);
  });

  recipes.forEach((recipe, index) => {
    it(recipe, async () => {
      const { stdout, code = 0 } = await promisify(execFile)('bash', ['-c', recipe], { cwd: folder }).catch((error) => error);
      // The demo did not see everything, and the last recipe is there to say so.
      expect(code).toBe(recipe.startsWith('jq -e') ? 1 : 0);
      expect(stdout).not.toBe('');
      expect(stdout).toBe(RECIPES[index]?.(result));
    });
  });
});

describe('the README', () => {
  it('shows what the demo prints at 80 columns', async () => {
    const { stdout } = await redvet(['demo'], { env: { COLUMNS: '80' } });
    const [sample = ''] = blocks('Try it', 'text');
    expect(sample.split('\n').length).toBeGreaterThan(10);
    expect(stdout.startsWith(sample.trimEnd())).toBe(true);
  });

  it('shows pictures that are there, each with words for whoever does not see it', () => {
    const pictures = [...README.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)];
    expect(pictures.length).toBeGreaterThan(3);
    for (const [, words = '', path = ''] of pictures) {
      expect(words.length).toBeGreaterThan(10);
      expect(
        readFileSync(new URL(`../${path}`, import.meta.url))
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
    }
  });

  it('names every exit code with its meaning', () => {
    const rows = [...README.matchAll(/^\| ([\d, ]+) \| (\w+) \|/gm)].map(([, codes = '', name = '']) => [
      name,
      Number(codes.split(',')[0]),
    ]);
    expect(Object.fromEntries(rows)).toEqual(EXIT_CODES);
  });

  const choices = blocks('Choose what is scanned', 'console')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('redvet '))
    .map((line) => line.replace(/\s+#.*$/, ''));

  it('holds examples of choosing', () => {
    expect(choices).toHaveLength(5);
  });

  for (const example of choices) {
    it(`holds an example that finds what it is for: ${example}`, async () => {
      const id = subscriptionId(1);
      const wire = (name: string, group: string) => {
        const cache = wireRedis(id, name, {}, { tags: { owner: 'team-payments' } });
        return { ...cache, id: cache.id.replace('rg-test', group) };
      };
      const arm = await startResourceManager({
        subscriptions: [id],
        groups: { 'mg-platform': [id] },
        caches: { [id]: [wire('orders', 'rg-payments'), wire('trial', 'sandbox-1')] },
      });
      const [, ...args] = example.replaceAll('"', '').split(/\s+/);
      const { code, stdout } = await redvet([...args, ...at(arm), '-o', 'json'], { env: signedIn(arm) });
      await arm.close();
      const { caches } = JSON.parse(stdout);
      const all = /group mg|graph/.test(example);
      expect({ code, caches: caches.map(({ name }: { readonly name: string }) => name) }).toEqual({
        code: 0,
        caches: all ? ['orders', 'trial'] : ['orders'],
      });
    });
  }

  const examples = blocks('Scan your estate', 'console')
    .flatMap((block) => block.split('\n'))
    .filter((line) => line.startsWith('redvet '))
    .map((line) => line.replace(/\s+#.*$/, ''));

  it('holds examples of scan', () => {
    expect(examples.length).toBeGreaterThanOrEqual(6);
  });

  for (const example of examples) {
    it(`holds an example that is understood: ${example}`, async () => {
      const id = subscriptionId(1);
      const arm = await startResourceManager({ subscriptions: [id], caches: { [id]: [wireRedis(id, 'good')] } });
      const [, ...args] = example.split(' ');
      const live = args[0] === 'scan' && !args.includes('--help') ? at(arm) : [];
      const { code } = await redvet([...args, ...live], { env: signedIn(arm) });
      await arm.close();
      expect(code).toBe(args.includes('-s') ? 4 : 0);
    });
  }

  /** What each example of scanning files ends with, and how many caches it finds; null for what judges none. */
  const FILES: Readonly<Record<string, readonly [code: number, caches: number | null]>> = {
    'az redis list -o json | redvet scan -': [1, 2],
    'redvet scan infra/': [1, 2],
    'terraform show -json plan.out | redvet scan -': [1, 2],
    'redvet scan main.bicep --parameters prod.parameters.json': [1, 2],
    'redvet collect -o estate.ndjson': [0, null],
    'redvet scan estate.ndjson': [0, 1],
  };

  const written = blocks('Scan what is written down', 'console')
    .flatMap((block) => block.split('\n'))
    .map((line) => line.replace(/\s+#.*$/, ''))
    .filter((line) => line !== '');

  it('holds examples of scanning files', () => {
    expect(written).toEqual(Object.keys(FILES));
  });

  it('holds examples of scanning files that find what is in them', async () => {
    const folder = emptyFolder();
    const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
    cpSync(fixture('terraform/app'), join(folder, 'infra'), { recursive: true });
    cpSync(fixture('terraform/modules'), join(folder, 'modules'), { recursive: true });
    cpSync(fixture('bicep/main.bicep'), join(folder, 'main.bicep'));
    writeFileSync(join(folder, 'prod.parameters.json'), '{ "parameters": {} }');
    const programs = {
      redvet: `exec '${process.execPath}' '${BINARY}' "$@"`,
      az: `exec cat '${fixture('inventory/az-redis-list.json')}'`,
      terraform: `exec cat '${fixture('terraform-plan/azurerm-4.json')}'`,
      bicep: `exec cat '${fixture('bicep/main.json')}'`,
    };
    for (const [name, body] of Object.entries(programs)) writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    const id = subscriptionId(1);
    const arm = await startResourceManager({ subscriptions: [id], caches: { [id]: [wireRedis(id, 'good')] } });
    const env = {
      ...signedIn(arm),
      ...{ HOME: folder, PATH: `${folder}:${process.env['PATH']}`, REDVET_OUTPUT: 'json=result.json' },
      ...{ REDVET_AUTH: 'env', REDVET_ARM_ENDPOINT: arm.url, REDVET_AUTHORITY: arm.url },
    };
    const ended: Record<string, readonly [number, number | null]> = {};
    for (const example of written) {
      const { code = 0 } = await promisify(execFile)('bash', ['-c', example], { cwd: folder, env }).catch((error) => error);
      const isScan = example.includes('redvet scan');
      ended[example] = [code, isScan ? JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')).caches.length : null];
    }
    await arm.close();
    expect(ended).toEqual(FILES);
  }, 60_000);

  it('shows a configuration and waivers that are right, and that decide', async () => {
    const folder = emptyFolder();
    const [config = ''] = blocks('Settings in a file', 'yaml');
    const [waivers = ''] = blocks('Accept a risk until a day', 'yaml');
    writeFileSync(join(folder, '.redvet.yaml'), config);
    writeFileSync(join(folder, '.redvet.waivers.yaml'), waivers);
    const shown = await redvet(['scan', '--show-config'], { cwd: folder });
    expect({ code: shown.code, stderr: shown.stderr }).toEqual({ code: 0, stderr: '' });
    for (const row of ['subscription +prod-platform', 'fail-on +high', 'concurrency +16', 'rules.minimum-tls-1-2.severity +critical'])
      expect(shown.stdout).toMatch(new RegExp(`^${row} +\\.redvet\\.yaml:\\d+:\\d+$`, 'm'));
    const examples = blocks('Accept a risk until a day', 'console').flatMap((block) =>
      block.split('\n').filter((line) => line.startsWith('redvet ')),
    );
    expect(examples).toHaveLength(2);
    for (const example of examples) {
      const { code, stdout } = await redvet(
        example
          .replace(/\s+#.*$/, '')
          .split(' ')
          .slice(1),
        { cwd: folder },
      );
      expect(code).toBe(0);
      expect(stdout).toMatch(/1 waiver, nothing wrong|"id":"W-2026-014"/);
    }
  });

  it('begins where an estate is, with examples that end as it says', async () => {
    const folder = emptyFolder();
    const id = subscriptionId(1);
    const caches = [wireRedis(id, 'open', { enableNonSslPort: true })];
    const arm = await startResourceManager({ subscriptions: [id], caches: { [id]: caches } });
    const examples = blocks('Begin where you are', 'console').flatMap((block) =>
      block.split('\n').filter((line) => line.startsWith('redvet ')),
    );
    const codes: (number | null)[] = [];
    for (const example of examples) {
      const [, ...args] = example.replace(/\s+#.*$/, '').split(' ');
      const { code } = await redvet([...args, ...(args[0] === 'scan' ? [...at(arm), '--rule', 'non-ssl-port-disabled'] : [])], {
        env: signedIn(arm),
        cwd: folder,
      });
      codes.push(code);
    }
    await arm.close();
    expect(codes).toEqual([0, 0, 0, 0, 0]);
    expect(JSON.parse(readFileSync(join(folder, 'after.json'), 'utf8')).summary).toMatchObject({ fail: 1, baselined: 1, gating: 0 });
    expect(JSON.parse(readFileSync(join(folder, 'redvet.sarif'), 'utf8')).version).toBe('2.1.0');
  });

  it('names every format', () => {
    const section = README.split(/^## /m).find((text) => text.startsWith('Formats')) ?? '';
    const named = [...section.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name),
    );
    expect(named).toEqual([...FORMATS]);
  });
});
