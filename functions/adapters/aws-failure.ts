/** How a call to AWS failed, as far as anybody decides by it. Everything else is thrown on. */
export interface AwsFailure {
  readonly status: 'missing' | 'denied' | 'throttled';
  readonly message: string;
}

/** Undefined where the error is of no kind that a caller would act on. */
export function awsFailure(error: unknown): AwsFailure | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (MISSING.has(name)) return { status: 'missing', message };
  if (DENIED.has(name)) return { status: 'denied', message };
  if (isThrottling(error)) return { status: 'throttled', message };
  return undefined;
}

/** Services agree neither on the name nor on the status, nor does one service with itself. */
function isThrottling(error: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }): boolean {
  return (
    THROTTLED.has(error.name) ||
    error.name.startsWith('Throttl') ||
    error.$metadata?.httpStatusCode === TOO_MANY_REQUESTS ||
    /^rate exceeded/i.test(error.message)
  );
}

const TOO_MANY_REQUESTS = 429;

const MISSING: ReadonlySet<string> = new Set([
  'ResourceNotFoundException',
  'NoSuchEntity',
  'NoSuchEntityException',
]);

const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'NotAuthorized',
  'UnauthorizedOperation',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
  'ExpiredToken',
  'ExpiredTokenException',
  'AuthorizationError',
  'AuthorizationErrorException',
]);

const THROTTLED: ReadonlySet<string> = new Set([
  'TooManyRequestsException',
  'TooManyRequests',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'BandwidthLimitExceeded',
  'EC2ThrottledException',
  'PriorRequestNotComplete',
  'SlowDown',
  // Our own time for a call has run out; AWS, which was asked often enough, may take it a little later.
  'AbortError',
]);

/**
 * AWS takes no more requests for now, or cannot answer them: a server error, or no answer at all. S3 says so to a HEAD, whose
 * answer has no body, by the status alone. What is asked must be safe to ask again: it may have been done all the same.
 */
export function isBusy(error: unknown): boolean {
  const { $metadata } = error as { readonly $metadata?: { readonly httpStatusCode?: number } };
  const isUnanswered = $metadata !== undefined && ($metadata.httpStatusCode ?? SERVER_ERROR) >= SERVER_ERROR;
  return isUnanswered || awsFailure(error)?.status === 'throttled';
}

const SERVER_ERROR = 500;

/** The failure a caller can act on, else the error itself is thrown. */
export function awsFailureOf(error: unknown): AwsFailure {
  const failure = awsFailure(error);
  if (failure === undefined) throw error;
  return failure;
}
