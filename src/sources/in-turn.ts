/**
 * Lets many producers run at the same time and yields what they give, producer by producer in the order of the items, whatever order
 * they get ready in. What the first of them gives is passed on as it comes; what the others give waits. At most `concurrency` run at
 * a time, and no further one starts while `ahead` results wait to be taken, so that neither a slow reader nor a slow producer lets
 * the memory grow.
 */
export async function* inTurn<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  { concurrency, ahead }: { readonly concurrency: number; readonly ahead: number },
  produce: (item: T) => AsyncIterable<R>,
): AsyncIterable<R> {
  const lanes: Lane<R>[] = [];
  let running = 0;
  let waiting = 0;
  let stopped = false;
  /** Told when a lane ends or results are taken. */
  const room = signal();
  /** Told when there is another lane, or none to come. */
  const another = signal();
  let fed = false;

  const run = async (lane: Lane<R>, results: () => AsyncIterable<R>): Promise<void> => {
    try {
      for await (const result of results()) {
        if (stopped) break;
        lane.results.push(result);
        waiting += 1;
        lane.more.tell();
      }
    } catch (error) {
      lane.failure = { error };
    }
    lane.done = true;
    lane.more.tell();
  };

  const open = (): Lane<R> => {
    const lane: Lane<R> = { results: [], done: false, failure: null, more: signal() };
    lanes.push(lane);
    another.tell();
    return lane;
  };

  const feed = async (): Promise<void> => {
    try {
      for await (const item of items) {
        while (!stopped && (running >= concurrency || waiting >= ahead)) await room.told();
        if (stopped) break;
        running += 1;
        void run(open(), () => produce(item)).then(() => {
          running -= 1;
          room.tell();
        });
      }
    } catch (error) {
      // Whoever reads learns of it in its turn, after all that came before.
      Object.assign(open(), { done: true, failure: { error } });
    }
    fed = true;
    another.tell();
  };

  void feed();
  try {
    for (;;) {
      while (lanes.length === 0 && !fed) await another.told();
      const [lane] = lanes;
      if (lane === undefined) return;
      for (;;) {
        const { done } = lane;
        const results = lane.results.splice(0);
        for (const result of results) {
          waiting -= 1;
          room.tell();
          yield result;
        }
        if (results.length > 0) continue;
        if (done) break;
        await lane.more.told();
      }
      if (lane.failure !== null) throw lane.failure.error;
      lanes.shift();
    }
  } finally {
    stopped = true;
    room.tell();
  }
}

interface Lane<R> {
  readonly results: R[];
  done: boolean;
  failure: { readonly error: unknown } | null;
  /** Told when there are more results, or none to come. */
  readonly more: Signal;
}

interface Signal {
  tell(): void;
  /** Resolves when it is told next. */
  told(): Promise<void>;
}

const signal = (): Signal => {
  let waiters: (() => void)[] = [];
  return {
    tell: () => {
      const now = waiters;
      waiters = [];
      for (const wake of now) wake();
    },
    told: () =>
      new Promise((resolve) => {
        waiters.push(resolve);
      }),
  };
};
