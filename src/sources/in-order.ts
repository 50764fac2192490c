/**
 * Runs `work` on many items at once and yields the results in the order of the items, whatever order they finish in.
 * At most `concurrency` run at a time, and at most `ahead` results wait to be taken, so that a slow reader bounds the memory.
 */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  { concurrency, ahead }: { readonly concurrency: number; readonly ahead: number },
  work: (item: T) => Promise<R>,
): AsyncIterable<R> {
  const waiting: Promise<R>[] = [];
  const source = items[Symbol.iterator]();
  let running = 0;
  let exhausted = false;

  const start = (): void => {
    while (!exhausted && running < concurrency && waiting.length < ahead) {
      const { done, value } = source.next();
      if (done) {
        exhausted = true;
        return;
      }
      running += 1;
      const task = work(value).finally(() => {
        running -= 1;
        start();
      });
      // Whoever takes it sees the error; until then it must not count as unhandled.
      task.catch(() => {});
      waiting.push(task);
    }
  };

  start();
  for (let head = waiting.shift(); head !== undefined; head = waiting.shift()) {
    const result = await head;
    start();
    yield result;
    start();
  }
}
