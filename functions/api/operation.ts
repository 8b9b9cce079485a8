import type * as z from 'zod';
import type { Issued } from '../../core/decider.ts';
import { Refusal } from '../../core/refusal.ts';
import type { FunctionHome } from '../../core/views/lambda-target-info.ts';
import { withoutNulls } from '../../core/registry/shapes.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { AutoScalingGroups } from '../adapters/auto-scaling-groups.ts';
import type { GitHubTokenNames } from '../adapters/github-tokens.ts';
import type { HostSecrets } from '../adapters/host-secrets.ts';
import type { Credentials } from '../adapters/service-roles.ts';
import type { Topics } from '../adapters/topics.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import type { ServiceRolePorts } from '../runtime/service-role-check.ts';
import type { WaitPorts } from '../runtime/waits.ts';

/** What an operation may use. */
export type ApiPorts = ExecutePorts &
  ServiceRolePorts &
  WaitPorts & {
    readonly rows: RowReader;
    readonly gitHubTokenNames: GitHubTokenNames;
    readonly hostSecrets: Pick<HostSecrets, 'revoke'>;
    readonly topicsWith: (credentials: Credentials) => Topics;
    readonly autoScalingGroupsWith: (credentials: Credentials) => AutoScalingGroups;
  };

/** One call. */
export interface CallContext {
  readonly ports: ApiPorts;
  /** Who asks and when: the commands of this call carry it. */
  readonly issued: Issued;
  readonly home: FunctionHome;
}

/**
 * An operation of the API: the shape of its input and the function that handles it. What it handles has been read by the
 * shape: members of the right JSON types, unknown ones dropped, null the same as absent. What a call of it touches is
 * said in operations.ts, without which nobody can call it.
 */
export interface Operation<Shape extends z.ZodObject> {
  readonly name: string;
  /** All members of the modelled input; none is required here, because each missing one has an error of its own. */
  readonly input: Shape;
  /** Answers the output; undefined where the operation has no output shape. Throws a Refusal with a modelled name. */
  readonly handle: (input: z.infer<Shape>, context: CallContext) => Promise<object | undefined>;
}

/** Infers the type of what is handled from the shape. */
export function operation<Shape extends z.ZodObject>(definition: Operation<Shape>): Operation<Shape> {
  return definition;
}

/** Throws SerializationException. */
export function shaped<Shape extends z.ZodObject>(input: Shape, body: unknown): z.infer<Shape> {
  const read = input.safeParse(withoutNulls(body));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Refusal(
    'SerializationException',
    `The member ${issue?.path.join('.') ?? ''} has the wrong JSON type: ${issue?.message ?? 'it cannot be read'}.`,
  );
}
