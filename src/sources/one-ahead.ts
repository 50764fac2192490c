/** The same items; while one is used, the next is being fetched. */
export async function* oneAhead<T>(items: AsyncIterable<T>): AsyncIterable<T> {
  const iterator = items[Symbol.asyncIterator]();
  const fetch = (): Promise<IteratorResult<T>> => {
    const fetching = iterator.next();
    // Whoever takes it sees the error; until then it must not count as unhandled.
    fetching.catch(() => {});
    return fetching;
  };
  try {
    for (let next = fetch(); ; ) {
      const { done, value } = await next;
      if (done) return;
      next = fetch();
      yield value;
    }
  } finally {
    // Nobody waits for it: what is under way may never come.
    void Promise.resolve(iterator.return?.()).catch(() => {});
  }
}
