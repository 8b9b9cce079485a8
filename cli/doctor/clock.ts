import type { Check } from './examination.ts';
import { green, red, yellow } from './finding.ts';

/** AWS refuses a signature that is five minutes off. */
const REFUSED_SECONDS = 300;
/** A clock that is kept by NTP is right to a fraction of a second; one that is a minute off is kept by nobody. */
const UNKEPT_SECONDS = 60;

export const clockCheck: Check = {
  name: 'clock',
  action: 'sts:GetCallerIdentity',
  look: async ({ identity: { date, host }, now }) => {
    if (date === undefined)
      return [yellow(`${host} does not tell its time`, 'Compare it with another clock.')];
    const off = Math.round(Math.abs(now - date.getTime()) / 1000);
    const words = `this machine's clock is ${off} s ${now < date.getTime() ? 'behind' : 'before'} that of ${host}`;
    const remedy = 'Set the clock, and have it kept by NTP: `timedatectl set-ntp true`.';
    if (off > REFUSED_SECONDS) return [red(`${words}: AWS refuses what it signs`, remedy)];
    if (off > UNKEPT_SECONDS) return [yellow(words, remedy)];
    return [green(off <= 1 ? `this machine's clock agrees with that of ${host}` : words)];
  },
};
