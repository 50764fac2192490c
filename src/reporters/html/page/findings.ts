import { copyable } from './copy.ts';
import { all, byId, made, one } from './dom.ts';
import { openTogether } from './why.ts';

export interface FindingsList {
  /** Shows what an address asks for, by the names of the fields; what it does not name is as it was at first. */
  show(asked: URLSearchParams): void;
  /** Shows a row, whatever is filtered. */
  reveal(row: HTMLTableRowElement): void;
  /** Shows all that the filters leave, for paper. */
  showAll(): void;
}

interface Row {
  readonly element: HTMLTableRowElement;
  readonly severity: string;
  readonly outcome: string;
  readonly rule: string;
  readonly subscription: string;
  readonly gates: boolean;
  readonly cache: string;
  /** Made when it is searched first. */
  text: string | null;
}

const TYPING_MS = 120;

/** More rows than these take a browser seconds to lay out, and are shown when they are asked for. */
const MOST_ROWS = 1_000;

/** Filters the findings by their form and by the address. */
export const findings = (form: HTMLFormElement, table: HTMLTableElement): FindingsList => {
  const byElement = new Map([...(table.tBodies[0]?.rows ?? [])].map((element) => [element, rowOf(element)]));
  let rows = [...byElement.values()];
  let most = MOST_ROWS;
  const field = (name: string): HTMLInputElement | HTMLSelectElement | null => {
    const found = form.elements.namedItem(name);
    return found instanceof HTMLInputElement || found instanceof HTMLSelectElement ? found : null;
  };
  const boxes = (name: string): readonly HTMLInputElement[] =>
    all(`input[name=${name}]`, form).filter((box) => box instanceof HTMLInputElement);
  const told = new Set(['fail', 'unknown']);
  // Where nothing fails, what passes is what there is to see.
  const usual = rows.some(({ outcome }) => told.has(outcome)) ? told : new Set(['fail', 'unknown', 'waived', 'baselined', 'pass']);
  /** What only an address can ask for. */
  let more = new URLSearchParams();

  const checked = (name: string): ReadonlySet<string> => new Set(boxes(name).flatMap((box) => (box.checked ? [box.value] : [])));
  const textIn = (name: string): string => field(name)?.value ?? '';

  const apply = (): void => {
    const severities = checked('severity');
    const outcomes = checked('outcome');
    const [rule, subscription] = [textIn('rule'), textIn('subscription')];
    const words = textIn('q').toLowerCase().split(/\s+/).filter(Boolean);
    const [cache, control, gates] = [more.get('cache'), more.get('control'), more.has('gates')];
    const ofControl = control === null ? null : rulesOf(control);
    let shown = 0;
    for (const row of rows) {
      const isShown =
        (severities.size === 0 || severities.has(row.severity)) &&
        (outcomes.size === 0 || outcomes.has(row.outcome)) &&
        (rule === '' || row.rule === rule) &&
        (subscription === '' || row.subscription === subscription) &&
        (cache === null || row.cache === cache) &&
        (ofControl === null || ofControl.has(row.rule)) &&
        (!gates || row.gates) &&
        words.every((word) => textOf(row).includes(word));
      if (isShown) shown += 1;
      const isHidden = !isShown || shown > most;
      if (row.element.hidden !== isHidden) row.element.hidden = isHidden;
    }
    byId('count', HTMLElement).textContent = `${shown.toLocaleString('en')} of ${rows.length.toLocaleString('en')} findings`;
    const button = byId('more', HTMLButtonElement);
    button.hidden = shown <= most;
    button.textContent = `Show more: ${(shown - most).toLocaleString('en')} are left`;
    table.hidden = shown === 0;
    tellScope(cache, control, gates);
  };

  const tellScope = (cache: string | null, control: string | null, gates: boolean): void => {
    const scope = byId('scope', HTMLElement);
    const parts = [
      ...(cache === null ? [] : [`the cache ${cache}`]),
      ...(control === null ? [] : [`the control ${control}`]),
      ...(gates ? ['what gates'] : []),
    ];
    scope.hidden = parts.length === 0;
    if (parts.length === 0) return;
    const clear = made('button', 'Show all');
    clear.type = 'button';
    clear.addEventListener('click', () => {
      more = new URLSearchParams();
      changed();
    });
    scope.replaceChildren(`Only ${parts.join(', ')} `, clear);
  };

  /** The address that shows the same again; what is as it is at first is not in it. */
  const address = (): string => {
    const asked = new URLSearchParams(more);
    for (const name of ['q', 'rule', 'subscription']) if (textIn(name) !== '') asked.set(name, textIn(name));
    const severities = [...checked('severity')];
    if (severities.length > 0) asked.set('severity', severities.join(','));
    const outcomes = [...checked('outcome')];
    if (outcomes.length !== usual.size || outcomes.some((outcome) => !usual.has(outcome)))
      asked.set('outcome', outcomes.join(',') || 'any');
    return asked.toString().replaceAll('+', '%20');
  };

  const changed = (): void => {
    most = MOST_ROWS;
    apply();
    const asked = address();
    history.replaceState(null, '', asked === '' ? '#findings' : `#${asked}`);
  };

  const set = (asked: URLSearchParams): void => {
    more = new URLSearchParams([...asked].filter(([name]) => name === 'cache' || name === 'control' || name === 'gates'));
    for (const name of ['q', 'rule', 'subscription']) {
      const input = field(name);
      if (input) input.value = asked.get(name) ?? '';
    }
    tick(boxes('severity'), new Set(asked.get('severity')?.split(',') ?? []));
    // A cache or a control is looked at as a whole.
    const isWhole = more.has('cache') || more.has('control');
    tick(boxes('outcome'), new Set(asked.get('outcome')?.split(',') ?? (isWhole ? [] : usual)));
    most = MOST_ROWS;
    apply();
  };

  let timer: ReturnType<typeof setTimeout> | undefined;
  form.addEventListener('input', ({ target }) => {
    clearTimeout(timer);
    timer = setTimeout(changed, target instanceof HTMLInputElement && target.type === 'search' ? TYPING_MS : 0);
  });
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', (event) => {
    event.preventDefault();
    set(new URLSearchParams());
    changed();
  });

  byId('more', HTMLButtonElement).addEventListener('click', () => {
    most += MOST_ROWS;
    apply();
  });
  table.addEventListener('sorted', () => {
    rows = [...(table.tBodies[0]?.rows ?? [])].flatMap((element) => byElement.get(element) ?? []);
    apply();
  });

  const expand = byId('expand', HTMLButtonElement);
  expand.addEventListener('click', () => {
    const isOpening = expand.textContent === 'Expand all';
    const all = rows.flatMap(({ element }) => (element.hidden ? [] : (one('details', HTMLDetailsElement, element) ?? [])));
    if (isOpening) openTogether(all, false);
    else for (const details of all) details.open = false;
    expand.textContent = isOpening ? 'Collapse all' : 'Expand all';
  });

  set(new URLSearchParams());
  return {
    show: (asked) => {
      set(asked);
      byId('findings', HTMLElement).scrollIntoView({ block: 'start' });
    },
    reveal: (row) => {
      if (row.hidden) set(new URLSearchParams('outcome=any'));
      row.hidden = false;
      copyable(row);
    },
    showAll: () => {
      most = Number.POSITIVE_INFINITY;
      apply();
    },
  };
};

const tick = (boxes: readonly HTMLInputElement[], values: ReadonlySet<string>): void => {
  for (const box of boxes) box.checked = values.has(box.value);
};

const rowOf = (element: HTMLTableRowElement): Row => {
  const of = (name: string): string => element.getAttribute(`data-${name}`) ?? '';
  // The third cell. Asked for by a selector, with `dataset` for the rest, 20,000 rows took 18 s; like this they take none.
  const link = element.firstElementChild?.nextElementSibling?.nextElementSibling?.firstElementChild;
  const asked = link?.getAttribute('href') ?? '';
  return {
    element,
    severity: of('s'),
    outcome: of('o'),
    rule: of('r'),
    subscription: of('u'),
    gates: element.hasAttribute('data-g'),
    cache: decoded(asked.slice(asked.indexOf('=') + 1)),
    text: null,
  };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const textOf = (row: Row): string => {
  row.text ??= (row.element.textContent ?? '').toLowerCase();
  return row.text;
};

/** The rules that cover a control, by what the section of its framework says. */
const rulesOf = (control: string): ReadonlySet<string> => {
  const link = all('a[data-rules]').find((one) => decoded(one.getAttribute('href')?.slice('#control='.length) ?? '') === control);
  return new Set(link?.dataset['rules']?.split(' ') ?? []);
};
