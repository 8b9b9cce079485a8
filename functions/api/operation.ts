import type * as z from 'zod';
import type { Issued } from '../../core/decider.ts';
import { Refusal } from '../../core/refusal.ts';
import type { FunctionHome } from '../../core/views/lambda-target-info.ts';
import { withoutNulls } from '../../core/registry/shapes.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { ExecutePorts } from '../runtime/execute.ts';
import type { ServiceRolePorts } from '../runtime/service-role-check.ts';
import type { WaitPorts } from '../runtime/waits.ts';

/** What an operation may use. */
export type ApiPorts = ExecutePorts &
  ServiceRolePorts &
  WaitPorts & {
    readonly rows: RowReader;
  };

/** One call. */
export interface CallContext {
  readonly ports: ApiPorts;
  /** Who asks and when: the commands of this call carry it. */
  readonly issued: Issued;
  readonly home: FunctionHome;
}

/** An operation of the API, as the front door calls it. */
export interface Operation {
  readonly name: string;
  /** All members of the modelled input; none is required here, because each missing one has an error of its own. */
  readonly input: z.ZodObject;
  /** The output; undefined where the operation has no output shape. Throws a Refusal with a modelled name. */
  readonly answer: (body: unknown, context: CallContext) => Promise<object | undefined>;
}

/**
 * Makes an operation of the shape of its input and the function that handles it. What it handles has been read by the
 * shape: members of the right JSON types, unknown ones dropped, null the same as absent.
 */
export function operation<Input extends z.ZodObject>(definition: {
  readonly name: string;
  readonly input: Input;
  readonly handle: (input: z.infer<Input>, context: CallContext) => Promise<object | undefined>;
}): Operation {
  const { name, input, handle } = definition;
  return { name, input, answer: (body, context) => handle(shaped(input, body), context) };
}

function shaped<Input extends z.ZodObject>(input: Input, body: unknown): z.infer<Input> {
  const read = input.safeParse(withoutNulls(body));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new Refusal(
    'SerializationException',
    `The member ${issue?.path.join('.') ?? ''} has the wrong JSON type: ${issue?.message ?? 'it cannot be read'}.`,
  );
}
