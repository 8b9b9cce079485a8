/** Undefined where what the call is about is not there. */
export async function unlessMissing<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof Error && MISSING.has(error.name)) return undefined;
    throw error;
  }
}

/** As Lambda, CloudWatch, SNS and SQS call it; SQS has two names for one thing. */
const MISSING: ReadonlySet<string> = new Set([
  'ResourceNotFoundException',
  'ResourceNotFound',
  'NotFound',
  'NotFoundException',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
]);
