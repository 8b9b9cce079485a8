import * as z from 'zod';

/**
 * The environment of each function, by the path of its entry file without the ending. The CDK construct of a function
 * must satisfy its schema (the only file that infra shares with the functions), and the function parses it once at
 * start, so that a missing member fails the deployment or the cold start and never the middle of a deployment.
 */

const tables = {
  LOG_TABLE: z.string().min(1),
  ROWS_TABLE: z.string().min(1),
  /** The stack's name: the dimension of our own metrics. */
  SLUICE_STACK: z.string().min(1),
};
const live = { LIVE_TABLE: z.string().min(1) };

const policy = {
  /** Divides the minutes of configurations; 1 but on a local cloud, where it makes a demonstration short. */
  TIME_SCALE: z.string().regex(/^[1-9]\d*$/),
  /** Seconds that the end of a bake may be late before the sweep looks; 0 where the sweep itself is the clock. */
  BAKE_GRACE_SECONDS: z.string().regex(/^\d+$/),
};

const trust = {
  /** The service roles that the stack made, as a JSON list of ARNs: any group may name them. */
  STACK_SERVICE_ROLE_ARNS: z.string().startsWith('['),
  /** The patterns of principals that a service role must trust, with spaces between, for the refusal of a role that does not. */
  TRUSTED_PRINCIPALS: z.string().startsWith('arn:'),
};

/** Makes the specifications that hosts are told, and signs them. */
const signer = { SIGN_FUNCTION_NAME: z.string().min(1) };

/** Where GitHub's API is; empty where it is the usual place. */
const gitHub = { GITHUB_BASE_URL: z.string() };

/** Has the certificate of the signer, and nothing that it signs. */
const certificate = { CERTIFICATE_FUNCTION_NAME: z.string().min(1) };

/** Where hosts call, without the slash and the secret behind it: whole, or on the local cloud its path. */
const hostsEndpoint = { HOSTS_ENDPOINT: z.string().min(1) };

const workflows = {
  LAMBDA_STATE_MACHINE_ARN: z.string().startsWith('arn:'),
  SERVER_STATE_MACHINE_ARN: z.string().startsWith('arn:'),
};

export const environments = {
  'api/codedeploy': z.object({ ...tables, ...live, ...trust }),
  'hosts/gateway': z.object({
    ...tables,
    ...live,
    ...signer,
    OUTPUT_BUCKET: z.string().min(1),
    /** At once, of all hosts together; 0 holds none. */
    MOST_HELD_POLLS: z.string().regex(/^\d+$/),
  }),
  'hosts/sign': z.object({
    ...tables,
    ...live,
    SIGNING_KEY_ARN: z.string().startsWith('arn:'),
    ...gitHub,
  }),
  'hosts/certificate': z.object(signer),
  'hosts/enrol': z.object({ ...live, ...certificate, ...hostsEndpoint }),
  'hosts/administer': z.object({ ...tables, ...live, ...certificate, ...hostsEndpoint }),
  'hooks/put-hook-status': z.object({ ...tables, ...live }),
  'lifecycle/admit': z.object({ ...tables, ...policy, ...trust }),
  'lifecycle/invoke-hook': z.object({ ...tables, ...live }),
  'lifecycle/allow-traffic': z.object({ ...tables, ...live, ...policy }),
  'lifecycle/finish': z.object({ ...tables }),
  'lifecycle/admit-fleet': z.object({ ...tables, ...live, ...policy, ...trust, ...gitHub }),
  'lifecycle/next-wave': z.object({ ...tables, ...policy }),
  'lifecycle/monitor-zone': z.object({ ...tables, ...live }),
  'lifecycle/claim': z.object({ ...tables, ...live }),
  'lifecycle/host-command': z.object({ ...tables, ...live }),
  'read/v1': z.object({ ...tables, OUTPUT_BUCKET: z.string().min(1) }),
  'reactions/on-events': z.object({
    ...tables,
    ...live,
    ...workflows,
    DEAD_LETTER_QUEUE_URL: z.string().min(1),
  }),
  'reactions/notify': z.object({
    ...tables,
    NOTIFICATION_TOPIC_ARN: z.string().startsWith('arn:'),
    EVENT_BUS_NAME: z.string().min(1),
    /** The source of our events on the bus. */
    EVENT_SOURCE: z.string().min(1),
    DEAD_LETTER_QUEUE_URL: z.string().min(1),
  }),
  'reactions/on-alarm': z.object({ ...tables, ...live }),
  'reactions/on-deadline': z.object({ ...tables, ...live, ...workflows }),
  'reactions/on-instance-terminated': z.object(live),
  'reactions/on-execution-status': z.object({ ...tables, ...live, ...workflows }),
} as const;

export type FunctionName = keyof typeof environments;

export type Environment<Name extends FunctionName> = z.infer<(typeof environments)[Name]>;

/** Throws a ZodError that names each missing or malformed variable. */
export function environmentOf<Name extends FunctionName>(
  name: Name,
  variables: Readonly<Record<string, string | undefined>>,
): Environment<Name> {
  return environments[name].parse(variables) as Environment<Name>;
}
