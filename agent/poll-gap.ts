/** The longest gap, in seconds, reached at the tenth error in a row. */
const LONGEST_GAP_SECONDS = 90;
const ERRORS_TO_LONGEST = 10;
const GROWTH = 1.2675;

/** Seconds from the start of the failed call to the next, after so many errors in a row: 10, 13, 17, 21 … 90. */
export function gapSeconds(errorsInARow: number): number {
  if (errorsInARow <= 0) return 0;
  const steps = Math.min(errorsInARow, ERRORS_TO_LONGEST) - ERRORS_TO_LONGEST;
  return Math.floor(LONGEST_GAP_SECONDS * GROWTH ** steps);
}
