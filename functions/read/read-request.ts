import * as z from 'zod';
import { Refusal } from '../../core/refusal.ts';
import { checkDeploymentId, quoted } from '../../core/registry/names.ts';
import type { EventStore } from '../adapters/event-store.ts';
import type { OutputDownloads } from '../adapters/output-downloads.ts';
import type { ApiRequest } from '../runtime/aws-json.ts';
import type { System } from '../runtime/system.ts';

export interface ReadPorts {
  readonly store: Pick<EventStore, 'load'>;
  readonly system: Pick<System, 'now'>;
  readonly outputs: OutputDownloads;
}

/** What an HTTP API hands over of a GET, as far as it is read. */
export type ReadRequest = Pick<ApiRequest, 'requestContext'> & {
  /** The method and the path as the route is written. */
  readonly routeKey: string;
  readonly pathParameters?: Parameters;
  /** One that is repeated comes as a list with commas. */
  readonly queryStringParameters?: Parameters;
};

type Parameters = Readonly<Record<string, string | undefined>> | null | undefined;

/** Throws InvalidDeploymentIdException. */
export function deploymentIdOf({ pathParameters }: ReadRequest): string {
  const deploymentId = pathParameters?.['deploymentId'] ?? '';
  checkDeploymentId(deploymentId);
  return deploymentId;
}

/** Nine digits: more than any stream has, less than what a number holds. */
const count = z.string().regex(/^\d{1,9}$/, 'it is not a whole number');

/** Where a page begins, and how many it may hold. */
export function pageOf(most: number, usual: number) {
  return z.strictObject({
    after: count.transform(Number).default(0),
    limit: count
      .transform(Number)
      .refine((limit) => limit >= 1 && limit <= most, `it is not from 1 to ${most}`)
      .default(usual),
  });
}

/** Throws ValidationException, which names what is wrong. */
export function parametersOf<Parsed>(
  schema: z.ZodType<Parsed>,
  { queryStringParameters }: ReadRequest,
): Parsed {
  const result = schema.safeParse(queryStringParameters ?? {});
  if (result.success) return result.data;
  throw new Refusal('ValidationException', result.error.issues.map(faultOf).join(' '));
}

function faultOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'unrecognized_keys'
    ? `The parameter ${issue.keys.map(quoted).join(', ')} is unknown here.`
    : `The parameter ${issue.path.join('.')} is invalid: ${issue.message}.`;
}
