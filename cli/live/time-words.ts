/** As sentences say it: "14 s", "1 min 20 s", "2 h 05 min". */
export function timeWords(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** Whole seconds that have passed; a clock that is behind the one of the log shows none. */
export function secondsSince(at: number, now: number): number {
  return Math.max(0, Math.floor((now - at) / 1000));
}

/** Whole seconds still to come, so that the last one is 1. */
export function secondsUntil(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / 1000));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
