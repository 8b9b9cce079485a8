import { describe, expect, it } from 'vitest';
import type { HookOutcome } from '../../../functions/adapters/hook-functions.ts';
import { lambdaHookFunctions } from '../../../functions/adapters/hook-functions.ts';
import { insteadOfAws } from '../../support/instead-of-aws.ts';

/** What a Lambda makes of a call that answers like this; undefined: it hangs up. */
async function outcomeOf(answer?: {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}): Promise<{ readonly outcome: HookOutcome; readonly calls: number }> {
  let calls = 0;
  const outcome = await insteadOfAws(
    (request, response) => {
      calls += 1;
      request.resume();
      if (answer === undefined) request.socket.destroy();
      else response.writeHead(answer.status, { ...answer.headers }).end(JSON.stringify(answer.body));
    },
    () =>
      lambdaHookFunctions({ accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' }).invoke('check', {}),
  );
  return { outcome, calls };
}

const error = (status: number, name: string) => ({
  status,
  headers: { 'x-amzn-errortype': name },
  body: { message: `it says ${name}` },
});

describe('the call of a validation function', () => {
  it('gives what the function returned, and what it threw', async () => {
    const returned = await outcomeOf({ status: 200, body: { status: 'Succeeded' } });
    expect(returned.outcome).toMatchObject({ status: 'returned', result: { status: 'Succeeded' } });
    const threw = await outcomeOf({
      status: 200,
      headers: {
        'x-amz-function-error': 'Unhandled',
        'x-amz-log-result': Buffer.from('the last line').toString('base64'),
      },
      body: { errorType: 'TypeError', errorMessage: 'no price' },
    });
    expect(threw.outcome).toEqual({
      status: 'threw',
      message: 'TypeError: no price',
      logTail: 'the last line',
    });
  });

  it.each([
    [error(404, 'ResourceNotFoundException'), 'missing'],
    [error(403, 'AccessDeniedException'), 'denied'],
    [error(429, 'TooManyRequestsException'), 'throttled'],
    [error(409, 'ResourceConflictException'), 'refused'],
    [error(502, 'KMSAccessDeniedException'), 'refused'],
    [error(413, 'RequestTooLargeException'), 'refused'],
    [error(500, 'ServiceException'), 'unknown'],
    [undefined, 'unknown'],
  ] as const)('that Lambda answers with %j is %s, after one attempt', async (answer, status) => {
    const { outcome, calls } = await outcomeOf(answer);
    expect(outcome.status).toBe(status);
    expect(calls).toBe(1);
  });
});
