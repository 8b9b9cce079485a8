import * as z from 'zod';

/**
 * The host command protocol: five operations that the agent on a host calls, never the other way round. What agents of
 * other makes send is read as it comes: unlisted members are dropped, and a null is an absent member.
 */
export const HOST_OPERATIONS = [
  'PollHostCommand',
  'GetDeploymentSpecification',
  'PutHostCommandAcknowledgement',
  'PostHostCommandUpdate',
  'PutHostCommandComplete',
] as const;

export type HostOperation = (typeof HOST_OPERATIONS)[number];

/** Of X-Amz-Target. Agents send the second where their setting `enable_auth_policy` is on; the shapes are the same. */
export const HOST_TARGET_PREFIXES = [
  'CodeDeployCommandService_v20141006.',
  'CodeDeployCommandService.',
] as const;

/** Undefined where the target names none of the five. Names are exact. */
export function hostOperationOf(xAmzTarget: string): HostOperation | undefined {
  return HOST_OPERATIONS.find((name) => HOST_TARGET_PREFIXES.some((prefix) => xAmzTarget === prefix + name));
}

/** The only fingerprint of an agent. */
export const AGENT_VERSION_HEADER = 'x-amz-codedeploy-agent-version';

/** Our own agent's version header begins so; it says while it works that it does, and sends whole outputs. */
export const OWN_AGENT_PREFIX = 'sluice/';

export function isOwnAgent(agentVersion: string | undefined): boolean {
  return agentVersion?.startsWith(OWN_AGENT_PREFIX) === true;
}

/** An ARN of a host; IAM allows some 700 characters in the longest. */
const IDENTIFIER_CHARACTERS = 1024;

const identifier = z.string().min(1).max(IDENTIFIER_CHARACTERS);
const absentAsNull = <Shape extends z.ZodType>(shape: Shape) =>
  shape.nullish().transform((value) => value ?? undefined);

/** What is inside of a payload is nobody's promise: it is read by what it is for. */
export const envelopeShape = z.object({
  Format: absentAsNull(z.string()),
  Payload: absentAsNull(z.string()),
});
export type Envelope = { readonly Format: string; readonly Payload: string };

export const HOST_COMMAND_STATUSES = ['Pending', 'InProgress', 'Succeeded', 'Failed'] as const;
export type HostCommandStatus = (typeof HOST_COMMAND_STATUSES)[number];

/** What the agents may ask, by operation. */
export const hostInputShapes = {
  PollHostCommand: z.object({ HostIdentifier: identifier }),
  GetDeploymentSpecification: z.object({ DeploymentExecutionId: identifier, HostIdentifier: identifier }),
  PutHostCommandAcknowledgement: z.object({
    HostCommandIdentifier: identifier,
    /** `{"IsCommandNoop": boolean}` as JSON. */
    Diagnostics: absentAsNull(envelopeShape),
  }),
  PostHostCommandUpdate: z.object({
    HostCommandIdentifier: identifier,
    Diagnostics: absentAsNull(envelopeShape),
  }),
  PutHostCommandComplete: z.object({
    HostCommandIdentifier: identifier,
    CommandStatus: z.enum(['Succeeded', 'Failed']),
    Diagnostics: absentAsNull(envelopeShape),
    /** By our own agent: the whole output lies where `OutputUploadAddress` said. */
    OutputUploaded: absentAsNull(z.boolean()),
  }),
} as const satisfies Readonly<Record<HostOperation, z.ZodType>>;

export type HostInput<Operation extends HostOperation> = z.infer<(typeof hostInputShapes)[Operation]>;

export const hostCommandShape = z.object({
  /** Opaque to an agent, which keeps it as the content of a file. */
  HostCommandIdentifier: z.string().min(1),
  /** Agents drop a command that is not for the identifier they poll with. */
  HostIdentifier: z.string().min(1),
  DeploymentExecutionId: z.string().min(1),
  /** A lifecycle event. */
  CommandName: z.string().min(1),
});
export type HostCommandMessage = z.infer<typeof hostCommandShape>;

const commandStatus = absentAsNull(z.enum(HOST_COMMAND_STATUSES));

/** What they are answered, by operation: always 200 and a JSON object. */
export const hostOutputShapes = {
  /** No command: there is no work. */
  PollHostCommand: z.object({ HostCommand: absentAsNull(hostCommandShape) }),
  GetDeploymentSpecification: z.object({
    DeploymentSystem: z.literal('CodeDeploy'),
    DeploymentSpecification: z.object({
      GenericEnvelope: z.object({ Format: z.string(), Payload: z.string() }),
    }),
  }),
  PutHostCommandAcknowledgement: z.object({
    /** `Failed` and `Succeeded`: do not run it. */
    CommandStatus: commandStatus,
    /** For our own agent: a presigned address where it may PUT the whole output of the event. */
    OutputUploadAddress: absentAsNull(z.url()),
  }),
  /** `Failed`: stop what runs. */
  PostHostCommandUpdate: z.object({ CommandStatus: commandStatus }),
  PutHostCommandComplete: z.object({}),
} as const satisfies Readonly<Record<HostOperation, z.ZodType>>;

/** What may be sent as the answer of an operation: as its shape, with absent members left out. */
export type HostOutput<Operation extends HostOperation> = {
  readonly [Member in keyof z.output<(typeof hostOutputShapes)[Operation]>]?:
    | z.output<(typeof hostOutputShapes)[Operation]>[Member]
    | undefined;
};

/** Of an acknowledgement; anything that cannot be read means that there is something to run. */
export function isNoopAcknowledged(
  diagnostics: { readonly Payload: string | undefined } | undefined,
): boolean {
  try {
    const payload: unknown = JSON.parse(diagnostics?.Payload ?? '');
    return (payload as { readonly IsCommandNoop?: unknown } | null)?.IsCommandNoop === true;
  } catch {
    return false;
  }
}

/** The longest that agents wait for an answer; a poll that is held must be far below. */
export const AGENT_READ_TIMEOUT_SECONDS = 80;
