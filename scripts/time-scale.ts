/**
 * How many times faster than they say the minutes of deployment configurations pass: `--time-scale N` or
 * `SLUICE_TIME_SCALE`, else the default. Throws on anything but a whole number of at least 1.
 */
export function timeScaleFrom(
  option: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  standard: number,
): number {
  const text = option ?? environment['SLUICE_TIME_SCALE'];
  if (text === undefined || text === '') {
    return standard;
  }
  if (!/^[1-9]\d{0,4}$/.test(text)) {
    throw new Error(`The time scale must be a whole number from 1 to 99999, not "${text}".`);
  }
  return Number(text);
}
