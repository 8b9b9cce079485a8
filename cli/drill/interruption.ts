/** The wish to end, by Ctrl-C or by whoever ends this process; a second one ends it at once, as without this. */
export function interruption(): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const abort = (): void => {
    release();
    process.stderr.write('Clearing away; once more ends at once and leaves it to the next drill.\n');
    controller.abort();
  };
  const release = (): void => {
    for (const signal of SIGNALS) process.off(signal, abort);
  };
  for (const signal of SIGNALS) process.on(signal, abort);
  return { signal: controller.signal, release };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
