/** What whoever visits these pages again and again while this is done is answered: statuses, or why there was no answer. */
export const visiting = async <T>(urls: readonly string[], work: () => Promise<T>): Promise<{ done: T; answers: (number | string)[] }> => {
  const answers: (number | string)[] = [];
  let stop = false;
  const visitor = async (url: string): Promise<void> => {
    while (!stop) {
      answers.push(await fetch(url, { signal: AbortSignal.timeout(30_000) }).then(({ status }) => status, String));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const visitors = urls.map(visitor);
  const done = await work().finally(() => {
    stop = true;
  });
  await Promise.all(visitors);
  return { done, answers };
};
