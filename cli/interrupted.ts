/** Resolves when somebody wants this process to end; until it is called, the signals end it as they always do. */
export function processInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}
