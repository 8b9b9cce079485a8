type Level = 'INFO' | 'WARN' | 'ERROR';

/** What a line says beside its message; an error is told with its name, message and stack. */
export type Details = Readonly<Record<string, unknown>>;

/**
 * JSON lines for CloudWatch Logs. A few lines of our own, because a library for them would be a tenth of what a
 * function may weigh. SLUICE_LOG=silent keeps the tests' output readable.
 */
export const logger = {
  info: (message: string, details: Details = {}): void => write('INFO', message, details),
  warn: (message: string, details: Details = {}): void => write('WARN', message, details),
  error: (message: string, details: Details = {}): void => write('ERROR', message, details),
} as const;

function write(level: Level, message: string, details: Details): void {
  if (process.env['SLUICE_LOG'] === 'silent') return;
  const time = new Date().toISOString();
  process.stdout.write(`${JSON.stringify({ level, time, message, ...details }, told)}\n`);
}

/** JSON has no errors: they would be written as nothing. */
function told(_: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, stack, ...(cause === undefined ? {} : { cause }) };
}
