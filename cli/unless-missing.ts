import { awsFailure } from '../functions/adapters/aws-failure.ts';

/** Undefined where what the call is about is not there. */
export async function unlessMissing<Answer>(call: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await call();
  } catch (error) {
    if (awsFailure(error)?.status === 'missing') return undefined;
    if (error instanceof Error && ALSO_MISSING.has(error.name)) return undefined;
    throw error;
  }
}

/** As CloudWatch, SNS and SQS call it beside; SQS has two names for one thing. */
const ALSO_MISSING: ReadonlySet<string> = new Set([
  'ResourceNotFound',
  'NotFound',
  'NotFoundException',
  'QueueDoesNotExist',
  'AWS.SimpleQueueService.NonExistentQueue',
]);
