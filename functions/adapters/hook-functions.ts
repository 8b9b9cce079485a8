import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { clientDefaults } from './aws-clients.ts';
import type { AwsFailure } from './aws-failure.ts';
import { awsFailure } from './aws-failure.ts';
import type { Credentials } from './service-roles.ts';

/** Validation functions of users, called with the rights of the group's service role. */
export interface HookFunctions {
  /** Calls it once and waits for its end; `functionName` is a name or an ARN, with a version or an alias or without. */
  readonly invoke: (functionName: string, event: object) => Promise<HookOutcome>;
}

export type HookOutcome =
  /** `result` is what it returned, as JSON says it. */
  | { readonly status: 'returned'; readonly result: unknown; readonly logTail: string }
  | { readonly status: 'threw'; readonly message: string; readonly logTail: string }
  /** Lambda did not call it, and says why. */
  | { readonly status: 'refused'; readonly message: string }
  /** The connection ended, or Lambda failed, before the function did: it may still answer by a callback. */
  | { readonly status: 'unknown'; readonly message: string }
  | AwsFailure;

/** Lambda's own limit for a function, and a minute less than ours: then it is not waited for any more. */
const LONGEST_CALL_MILLISECONDS = 14 * 60 * 1000;
const CONNECTION_MILLISECONDS = 5_000;

export function lambdaHookFunctions(credentials: Credentials): HookFunctions {
  // One attempt: a second call of a function that may already run is not ours to make.
  const client = new LambdaClient({
    ...clientDefaults,
    credentials,
    maxAttempts: 1,
    requestHandler: {
      requestTimeout: LONGEST_CALL_MILLISECONDS,
      connectionTimeout: CONNECTION_MILLISECONDS,
      throwOnRequestTimeout: true,
    },
  });
  return {
    invoke: async (functionName, event) => {
      try {
        const { FunctionError, Payload, LogResult } = await client.send(
          new InvokeCommand({
            FunctionName: functionName,
            InvocationType: 'RequestResponse',
            LogType: 'Tail',
            Payload: JSON.stringify(event),
          }),
        );
        const result = jsonOf(Payload?.transformToString() ?? '');
        const logTail = Buffer.from(LogResult ?? '', 'base64').toString('utf8');
        if (FunctionError === undefined) return { status: 'returned', result, logTail };
        return { status: 'threw', message: errorText(result, FunctionError), logTail };
      } catch (error) {
        return awsFailure(error) ?? otherFailure(error);
      }
    },
  };
}

/** What Lambda answers by name is a refusal, also some that are a 502; what only says that it failed is not. */
function otherFailure(error: unknown): HookOutcome {
  if (!(error instanceof Error)) return { status: 'unknown', message: String(error) };
  const { httpStatusCode } =
    (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata ?? {};
  const message = `${error.name}: ${error.message}`;
  if (httpStatusCode === undefined || UNSURE.has(error.name)) return { status: 'unknown', message };
  return { status: 'refused', message };
}

const UNSURE: ReadonlySet<string> = new Set([
  'ServiceException',
  'InternalFailure',
  'InternalServerError',
  'InternalServerException',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'TimeoutError',
  'Unknown',
  'UnknownError',
  'Error',
]);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lambda tells an error as {errorType, errorMessage}; a function that ran out of time or memory says only the latter. */
function errorText(result: unknown, fallback: string): string {
  const { errorType, errorMessage } = (result ?? {}) as { errorType?: unknown; errorMessage?: unknown };
  return [errorType, errorMessage].filter((part) => typeof part === 'string').join(': ') || fallback;
}
