import { setTimeout as pause } from 'node:timers/promises';
import type * as z from 'zod';
import type { HostOperation } from '../core/hosts/protocol.ts';
import {
  AGENT_READ_TIMEOUT_SECONDS,
  AGENT_VERSION_HEADER,
  HOST_TARGET_PREFIXES,
  hostOutputShapes,
} from '../core/hosts/protocol.ts';

/** The service as the agent speaks to it: each call is one POST to the endpoint of this host. */
export interface CommandService {
  /** Rejects with ServiceError. `unanswered` is called for each attempt that may have arrived though nothing can be read of an answer. */
  readonly call: <Operation extends HostOperation>(
    operation: Operation,
    input: object,
    unanswered?: () => void,
  ) => Promise<Output<Operation>>;
}

type Output<Operation extends HostOperation> = z.output<(typeof hostOutputShapes)[Operation]>;

/**
 * `refused` once is refused again. `locked out` is whoever has no good secret, which only another one changes. The others
 * pass; what was `unanswered` may have arrived.
 */
export type ServiceErrorKind = 'refused' | 'locked out' | 'throttled' | 'unanswered';

export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  readonly kind: ServiceErrorKind;

  constructor(kind: ServiceErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Whether the same call may be answered otherwise a little later. */
export function passes(error: unknown): error is ServiceError {
  return error instanceof ServiceError && (error.kind === 'throttled' || error.kind === 'unanswered');
}

/** Short trouble is waited out within a call, as other agents do. */
const QUICK_RETRY_MILLISECONDS = [300, 600, 1200] as const;

export function commandService(endpoint: URL, version: string): CommandService {
  return {
    call: async (operation, input, unanswered = () => undefined) => {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await called(endpoint, version, operation, input);
        } catch (error) {
          if (error instanceof ServiceError && error.kind === 'unanswered') unanswered();
          const wait = QUICK_RETRY_MILLISECONDS[attempt];
          if (wait === undefined || !passes(error)) throw error;
          // Hosts that were thrown back together come again one after the other.
          await pause(wait * (0.5 + Math.random()));
        }
      }
    },
  };
}

async function called<Operation extends HostOperation>(
  endpoint: URL,
  version: string,
  operation: Operation,
  input: object,
): Promise<Output<Operation>> {
  const { status, text } = await posted(endpoint, version, operation, input);
  const answer = jsonOf(text);
  if (status !== 200) throw failureOf(operation, status, answer);
  const output = hostOutputShapes[operation].safeParse(answer);
  if (output.success) return output.data as Output<Operation>;
  throw new ServiceError('unanswered', `${operation}: the answer is none of this service`);
}

async function posted(
  endpoint: URL,
  version: string,
  operation: HostOperation,
  input: object,
): Promise<{ readonly status: number; readonly text: string }> {
  try {
    const answer = await fetch(endpoint, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `${HOST_TARGET_PREFIXES[0]}${operation}`,
        [AGENT_VERSION_HEADER]: version,
      },
      body: JSON.stringify(input),
      signal: AbortSignal.timeout(AGENT_READ_TIMEOUT_SECONDS * 1000),
    });
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? `: ${cause.message}` : '';
    throw new ServiceError('unanswered', `${operation}: no answer (${message}${why})`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function failureOf(operation: HostOperation, status: number, answer: unknown): ServiceError {
  const { __type, message } = (answer ?? {}) as { readonly __type?: unknown; readonly message?: unknown };
  const type = typeof __type === 'string' ? __type.replace(/^.*#/, '') : '';
  const words = [`${operation}:`, status, type, typeof message === 'string' ? message : ''];
  return new ServiceError(kindOf(status, type), words.filter((word) => word !== '').join(' '));
}

function kindOf(status: number, type: string): ServiceErrorKind {
  if (status === 429 || type.includes('Throttling')) return 'throttled';
  if (type === 'UnrecognizedClientException') return 'locked out';
  // What is no answer of the service, such as a proxy's page, is no refusal either.
  return status >= 400 && status < 500 && type !== '' ? 'refused' : 'unanswered';
}
