import type { HostOperation } from '../core/hosts/protocol.ts';
import { HOST_TARGET_PREFIXES, hostOutputShapes } from '../core/hosts/protocol.ts';
import type * as z from 'zod';

/** The service as the agent speaks to it: each call is one POST to the endpoint of this host. */
export interface CommandService {
  readonly call: <Operation extends HostOperation>(
    operation: Operation,
    input: object,
  ) => Promise<Output<Operation>>;
}

type Output<Operation extends HostOperation> = z.output<(typeof hostOutputShapes)[Operation]>;

/** The service did not answer, or refused. `isThrottled`: later it may answer. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly isThrottled: boolean;
  /** What is refused once is refused again: there is no sense in asking on. */
  readonly isFinal: boolean;

  constructor(message: string, { isThrottled = false, isFinal = false } = {}) {
    super(message);
    this.isThrottled = isThrottled;
    this.isFinal = isFinal;
  }
}

/** A held poll is answered after 20 seconds; other agents wait as long as this. */
const READ_MILLISECONDS = 80_000;

export function commandService(endpoint: URL, version: string): CommandService {
  return {
    call: async (operation, input) => {
      const answer = await posted(endpoint, version, operation, input);
      const text = await answer.text();
      if (answer.status !== 200) throw refusal(operation, answer.status, text);
      return hostOutputShapes[operation].parse(JSON.parse(text)) as never;
    },
  };
}

async function posted(
  endpoint: URL,
  version: string,
  operation: HostOperation,
  input: object,
): Promise<Response> {
  try {
    return await fetch(endpoint, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${HOST_TARGET_PREFIXES[0]}${operation}`,
        'x-amz-codedeploy-agent-version': version,
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(READ_MILLISECONDS),
    });
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    throw new ServiceError(`${operation}: no answer (${message}${why})`);
  }
}

function refusal(operation: HostOperation, status: number, text: string): ServiceError {
  const { type, message } = errorOf(text);
  const isThrottled = status === 429 || type.includes('Throttling');
  const isFinal = status >= 400 && status < 500 && !isThrottled;
  return new ServiceError(`${operation}: ${status} ${type} ${message}`.trim(), { isThrottled, isFinal });
}

function errorOf(text: string): { readonly type: string; readonly message: string } {
  try {
    const { __type = '', message = '' } = JSON.parse(text) as {
      readonly __type?: string;
      readonly message?: string;
    };
    return { type: __type, message };
  } catch {
    return { type: '', message: text.slice(0, 200) };
  }
}
