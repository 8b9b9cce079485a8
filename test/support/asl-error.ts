/** A failure in the terms of the Amazon States Language: an Error Name and a Cause, as Retry and Catch see them. */
export class StatesError extends Error {
  readonly error: string;
  /** Empty where AWS gives none, as with States.Timeout. */
  readonly reason: string;

  constructor(error: string, reason: string) {
    super(`${error}: ${reason}`);
    this.name = 'StatesError';
    this.error = error;
    this.reason = reason;
  }
}

/** An error whose name is that of the exception which the SDK client of Step Functions throws. */
export function serviceError(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

/**
 * Whether an ErrorEquals holds the error. As recorded on AWS, States.Runtime ends the execution even where it is
 * named. A path that finds nothing in a payload template "fails the machine execution" (AWS: as States.Runtime), so
 * no wildcard takes it either.
 */
export function matches(errorEquals: readonly string[], error: string): boolean {
  if (error === 'States.Runtime') return false;
  if (errorEquals.includes(error)) return true;
  if (error === 'States.ParameterPathFailure') return false;
  if (errorEquals.includes('States.TaskFailed') && error !== 'States.Timeout') return true;
  return errorEquals.includes('States.ALL') && error !== 'States.DataLimitExceeded';
}
