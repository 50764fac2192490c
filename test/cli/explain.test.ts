import { spawnSync } from 'node:child_process';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { actionsOf } from '../../src/model/need.ts';
import { RULES } from '../../src/rules/index.ts';
import { told } from '../support/in-process.ts';

const explained = async (name: string, ...args: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await told(['explain', name, ...args], { env: { COLUMNS: '80' } });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
};

interface Section {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A heading begins a line; what belongs to it is indented. The first lines are the rule itself. */
const sectionsOf = (text: string): readonly Section[] => {
  const [, ...sections] = text.split(/\n\n(?=\S)/);
  return sections.map((section) => {
    const [title = '', ...lines] = section.trimEnd().split('\n');
    return { title, lines };
  });
};

const titlesOf = (text: string): readonly string[] => sectionsOf(text).map(({ title }) => title);

const linesOf = (text: string, title: string): readonly string[] =>
  sectionsOf(text).find((section) => section.title === title)?.lines ?? [];

/** Commands and declarations are there to be copied, so that nothing in them is broken. */
const IS_CODE = /^(?:Fix with az|Fix in Bicep or ARM|Fix in Terraform|Check|Rotate the keys afterwards|Keep it so with Azure Policy)\b/;

describe.each(RULES)('redvet explain $id', (rule) => {
  it('begins with the rule, how severe it can get, for what kinds, and what it requires', async () => {
    const text = await explained(rule.id);
    expect(text.startsWith(`${rule.id}  ${rule.severity}  ${rule.appliesTo.join(', ')}\n`)).toBe(true);
    expect(text.split('\n\n')[0]?.split('\n').slice(1).join(' ')).toBe(rule.title);
    expect(text.slice(-2)).toMatch(/^[^\n]\n$/);
  });

  it('keeps prose within 80 columns, and breaks no command and no address', async () => {
    const text = await explained(rule.id);
    const prose = [
      text.split('\n\n')[0] ?? '',
      ...sectionsOf(text).flatMap(({ title, lines }) => [title, ...(IS_CODE.test(title) ? [] : lines)]),
    ];
    const wide = prose.flatMap((part) => part.split('\n')).filter((line) => stringWidth(line) > 80);
    // A single word cannot be broken.
    expect(wide.filter((line) => line.trim().includes(' '))).toEqual([]);
    expect(linesOf(text, 'See').map((line) => line.trim())).toEqual(rule.references);
  });

  it('has every section that there is something to say for', async () => {
    const text = await explained(rule.id);
    const titles = titlesOf(text);
    const { fix } = rule;
    const promised: readonly (readonly [title: RegExp, isThere: boolean])[] = [
      [/^Why$/, true],
      [/^Evidence$/, true],
      [/^Options$/, rule.options.length > 0],
      [/^Permission \(the role Reader has all of it\)$/, true],
      [/^Fix$/, true],
      [/^Fix with az\b/, !/^(?:geo-replicas-consistent|no-secrets-in-declarations|not-vnet-injected|tier-not-retiring)$/.test(rule.id)],
      [/^Fix in Terraform\b/, Object.keys(fix.terraform).length > 0],
      [/^Rotate the keys afterwards(?: \([A-Z][\w ,]+\))?$/, fix.rotateKeys],
      [/^Keep it so with Azure Policy\b/, fix.policy !== null],
      [/^About that policy$/, fix.policy !== null],
      [/^Clients\b/, fix.clients !== null],
      [/^Known elsewhere as$/, rule.aliases.length > 0],
      [/^Controls$/, rule.controls.length > 0],
      [/^See$/, true],
    ];
    expect(promised.map(([title]) => [title, titles.some((one) => title.test(one))])).toEqual(promised);
    expect(titles).toEqual([...new Set(titles)]);
  });

  it('says in words what the rule says of itself', async () => {
    const text = await explained(rule.id);
    const words = (title: string): string => linesOf(text, title).join(' ').replace(/\s+/g, ' ').trim();
    expect(words('Why')).toBe(rule.why);
    expect(words('Evidence')).toBe(rule.evidence);
    expect(linesOf(text, 'Permission (the role Reader has all of it)').map((line) => line.trim())).toEqual(actionsOf([rule]));
    for (const part of [rule.fix.summary, `Mind: ${rule.fix.risk}`, `Back: ${rule.fix.rollback}`]) expect(words('Fix')).toContain(part);
    for (const alias of rule.aliases) expect(words('Known elsewhere as').split(', ')).toContain(alias);
    for (const { framework, origin, id } of rule.controls)
      expect(words('Controls')).toMatch(new RegExp(`${framework} \\(${origin}\\): .*${id.replaceAll(/[()]/g, '\\$&')}`));
    for (const { name, help, expected, default: fallback } of rule.options) {
      const none = Array.isArray(fallback) && fallback.length === 0;
      expect(words('Options')).toContain(`${name}: ${help}. It takes ${expected}; default: ${none ? 'none' : fallback}.`);
    }
  });

  it('uses no variable that it has not set before, and prints no key', async () => {
    const lines = sectionsOf(await explained(rule.id)).flatMap((section) => (IS_CODE.test(section.title) ? section.lines : []));
    const set = new Set<string>();
    for (const line of lines.map((one) => one.trim())) {
      for (const [, name = ''] of line.matchAll(/\$\{?([A-Z]+)/g)) expect({ line, set: set.has(name) }).toEqual({ line, set: true });
      const [, name] = /^([A-Z]+)=/.exec(line) ?? [];
      if (name !== undefined) set.add(name);
    }
    expect(lines.filter((line) => /list-?keys/i.test(line))).toEqual([]);
  });

  it('warns of az redis update exactly where it patches a cache of Azure Cache for Redis', async () => {
    const text = await explained(rule.id);
    const patches = sectionsOf(text).some(
      ({ title, lines }) => /^Fix with az/.test(title) && lines.some((line) => /az rest --method patch.*"\$ID\?/.test(line)),
    );
    expect(text.includes('# Not az redis update --set: ')).toBe(patches);
  });
});

describe('redvet explain', () => {
  it('shows of the port every section in this order', async () => {
    expect(titlesOf(await explained('non-ssl-port-disabled'))).toEqual([
      'Why',
      'Evidence',
      'Permission (the role Reader has all of it)',
      'Fix',
      'Fix with az',
      'Fix in Bicep or ARM',
      'Fix in Terraform',
      'Check',
      'Rotate the keys afterwards',
      'Keep it so with Azure Policy',
      'About that policy',
      'Clients',
      'Known elsewhere as',
      'Controls',
      'See',
    ]);
  });

  it('tells the kinds apart where the fix differs', async () => {
    const titles = titlesOf(await explained('access-keys-disabled'));
    expect(titles.filter((title) => IS_CODE.test(title))).toEqual([
      'Fix with az (Azure Cache for Redis)',
      'Fix with az (Azure Managed Redis)',
      'Fix in Bicep or ARM (Azure Cache for Redis)',
      'Fix in Bicep or ARM (Azure Managed Redis)',
      'Fix in Terraform (Azure Cache for Redis)',
      'Fix in Terraform (Azure Managed Redis)',
      'Check (Azure Cache for Redis)',
      'Check (Azure Managed Redis)',
      'Keep it so with Azure Policy (Azure Cache for Redis)',
    ]);
  });

  it('says how to mend the port, with both names that Terraform has for it', async () => {
    const text = await explained('non-ssl-port-disabled');
    expect(linesOf(text, 'Fix with az')).toEqual([
      '  ID=/subscriptions/SUBSCRIPTION/resourceGroups/GROUP/providers/Microsoft.Cache/redis/NAME',
      '  N=NAME',
      '  G=GROUP',
      '  S=SUBSCRIPTION',
      `  az rest --method patch --url "$ID?api-version=2024-11-01" --body '{"properties":{"enableNonSslPort":false}}' -o none`,
      '  # Not az redis update --set: az up to about 2.52 also re-opens public access with it,',
      '  # and drops the properties that it does not know.',
    ]);
    expect(linesOf(text, 'Fix in Terraform').join('\n')).toMatch(
      /non_ssl_port_enabled = false\n.*before 4\.0.*\n.*enable_non_ssl_port = false/,
    );
    expect(linesOf(text, 'Controls')).toContain('  hipaa (redvet): 164.312(e)(1)');
  });

  it('tells of the ports of each kind apart', async () => {
    const text = await explained('minimum-tls-1-2');
    expect(linesOf(text, 'Clients (Azure Cache for Redis)')).toContain('  redis-cli: redis-cli --tls -h HOST -p 6380');
    expect(linesOf(text, 'Clients (Azure Managed Redis, Redis Enterprise)')).toContain('  redis-cli: redis-cli --tls -h HOST -p 10000');
  });

  it('sets the variables of a check where no command mends it', async () => {
    expect(linesOf(await explained('geo-replicas-consistent'), 'Check (Azure Cache for Redis)')).toEqual([
      '  N=NAME',
      '  G=GROUP',
      '  S=SUBSCRIPTION',
      '  az redis server-link list -n "$N" -g "$G" --subscription "$S" -o table',
    ]);
  });

  it('shows the options of a rule with what they take and their default', async () => {
    expect(linesOf(await explained('firewall-rules-narrow'), 'Options')).toEqual([
      '  maxAddresses: how many public addresses one rule may let in. It takes a whole',
      '  number from 1 to 16777215; default: 256.',
    ]);
  });

  it('takes the name that another tool has for it, in any case', async () => {
    const text = await explained('non-ssl-port-disabled');
    for (const name of [
      'CKV_AZURE_91',
      'ckv_azure_91',
      'Azure.Redis.NonSslPort',
      '22bee202-a82f-4305-9a2a-6d7f44d4dedb',
      'NON-SSL-port-disabled',
    ]) {
      expect(await explained(name)).toBe(text);
    }
  });

  it.each(['AC_AZURE_0390', 'firewall-rules-*'])('explains every rule that %s means, one after another', async (name) => {
    const both = await Promise.all(['firewall-rules-present', 'firewall-rules-narrow'].map((id) => explained(id)));
    expect(await explained(name)).toBe(both.join('\n'));
    const { rules } = JSON.parse(await explained(name, '-o', 'json'));
    expect(rules.map(({ id }: { readonly id: string }) => id)).toEqual(['firewall-rules-present', 'firewall-rules-narrow']);
    expect((await explained(name, '-o', 'markdown')).match(/^# .*$/gm)?.filter((line) => /^# [a-z-]+$/.test(line))).toEqual([
      '# firewall-rules-present',
      '# firewall-rules-narrow',
    ]);
  });

  const REFUSED: readonly { readonly args: readonly string[]; readonly says: string; readonly helps: string }[] = [
    { args: ['minimum-tls-1.2'], says: 'explain "minimum-tls-1.2" matches no rule', helps: 'Did you mean minimum-tls-1-2' },
    { args: ['CKV_AZURE_19'], says: 'explain "CKV_AZURE_19"', helps: 'CKV_AZURE_91' },
    { args: ['firewall'], says: 'explain "firewall"', helps: 'firewall-rules-narrow' },
    { args: ['nonsense'], says: 'explain "nonsense"', helps: 'redvet rules' },
    { args: [''], says: 'explain ""', helps: 'redvet rules' },
    { args: [], says: "missing required argument 'rule'", helps: 'redvet explain --help' },
    { args: ['minimum-tls-1-2', 'surplus'], says: '"surplus"', helps: 'redvet explain --help' },
    { args: ['minimum-tls-1-2', '-o', 'table'], says: '--output "table"', helps: 'text, json, markdown' },
    { args: ['minimum-tls-1-2', '-o', 'markdwn'], says: '--output "markdwn"', helps: 'Did you mean markdown?' },
  ];

  it.each(REFUSED)('ends with 2 for $args', async ({ args, says, helps }) => {
    const { code, stdout, stderr } = await told(['explain', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toContain(helps);
  });

  it('is nothing that REDVET_OUTPUT is meant for', async () => {
    const { code, stdout } = await told(['explain', 'minimum-tls-1-2'], { env: { REDVET_OUTPUT: 'json' } });
    expect({ code, start: stdout.slice(0, 15) }).toEqual({ code: 0, start: 'minimum-tls-1-2' });
  });
});

type Json = Readonly<Record<string, unknown>>;

const keysOf = (value: object): readonly string[] => Object.keys(value).sort();

const words = (text: string): readonly string[] => text.split(' ').sort();

interface Explained extends Json {
  readonly id: string;
  readonly fix: Json & {
    readonly kinds: Readonly<Record<string, Json & { readonly az: readonly string[]; readonly variables: readonly string[] }>>;
  };
}

describe.each(RULES)('redvet explain $id -o json', (rule) => {
  it('is one object with exactly these keys, and one fix a kind', async () => {
    const text = await explained(rule.id, '-o', 'json');
    const result: { readonly rules: readonly Explained[] } = JSON.parse(text);
    const [only] = result.rules;
    if (only === undefined) throw new Error('it explains nothing');
    expect([keysOf(result), result.rules.length, text.endsWith('}\n')]).toEqual([['rules'], 1, true]);
    expect(keysOf(only)).toEqual(
      words('id title severity severityRank kinds aliases needs controls options url why evidence permissions fix references'),
    );
    expect(only).toMatchObject({
      id: rule.id,
      why: rule.why,
      evidence: rule.evidence,
      permissions: actionsOf([rule]),
      references: rule.references,
    });
    expect(keysOf(only.fix)).toEqual(words('summary risk rollback portal rotateKeys policy kinds'));
    expect(Object.keys(only.fix.kinds)).toEqual(rule.appliesTo);
    for (const kind of Object.values(only.fix.kinds)) {
      expect(keysOf(kind)).toEqual(words('variables az bicep terraform policy verify clients rotateKeys'));
    }
  });

  it('holds the commands that the text shows', async () => {
    const [json, text] = await Promise.all([explained(rule.id, '-o', 'json'), explained(rule.id)]);
    const { rules }: { readonly rules: readonly Explained[] } = JSON.parse(json);
    const commands = rules.flatMap(({ fix }) => Object.values(fix.kinds).flatMap(({ az }) => az));
    for (const line of commands) expect(text).toContain(`  ${line}\n`);
  });
});

const FENCE = /^```/;

/** What stands between fences, by language, and what does not. */
const partsOf = (markdown: string) => {
  const code: { readonly language: string; readonly lines: string[] }[] = [];
  const prose: string[] = [];
  let open: string[] | null = null;
  for (const line of markdown.split('\n')) {
    if (FENCE.test(line)) {
      const lines: string[] = [];
      if (open === null) code.push({ language: line.slice(3), lines });
      open = open === null ? lines : null;
    } else {
      (open ?? prose).push(line);
    }
  }
  return { code, prose, isOpen: open !== null };
};

describe.each(RULES)('redvet explain $id -o markdown', (rule) => {
  it('has balanced fences, a heading for each section of the text, and no other', async () => {
    const [markdown, text] = await Promise.all([explained(rule.id, '-o', 'markdown'), explained(rule.id)]);
    const { code, prose, isOpen } = partsOf(markdown);
    expect(isOpen).toBe(false);
    expect(code.filter(({ language }) => !['bash', 'bicep', 'hcl'].includes(language))).toEqual([]);
    expect(prose.filter((line) => line.startsWith('#'))).toEqual([`# ${rule.id}`, ...titlesOf(text).map((title) => `## ${title}`)]);
    expect(markdown.slice(-2)).toMatch(/^[^\n]\n$/);
    // Two empty lines, or a heading that touches a text, read badly.
    expect(markdown.replaceAll(/^```.*?^```$/gms, 'code')).not.toMatch(/\n\n\n|[^\n]\n#/);
  });

  it('says the same in the same words, with nothing that Markdown takes for markup', async () => {
    const [markdown, text] = await Promise.all([explained(rule.id, '-o', 'markdown'), explained(rule.id)]);
    const { prose, code } = partsOf(markdown);
    expect(prose.filter((line) => /(?<!\\)[*_`<>[\]|]/.test(line))).toEqual([]);
    const plain = prose.join('\n').replaceAll(/\\([\\`*_<>[\]|#])/g, '$1');
    expect(plain).toContain(rule.why);
    expect(plain).toContain(rule.fix.risk);
    expect(plain).toContain(`Severity ${rule.severity}; for ${rule.appliesTo.join(', ')}.`);
    const shown = sectionsOf(text).filter(({ title }) => IS_CODE.test(title));
    expect(code.map(({ lines }) => lines)).toEqual(shown.map(({ lines }) => lines.map((line) => line.slice(2))));
  });

  it('holds commands that bash can read', async () => {
    const { code } = partsOf(await explained(rule.id, '-o', 'markdown'));
    const script = code.filter(({ language }) => language === 'bash').flatMap(({ lines }) => lines);
    expect(spawnSync('/bin/bash', ['-n'], { input: script.join('\n'), encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });
});
