import * as z from 'zod';

/** The answers of `/v1/hosts…`, as those of core/views/v1.ts: members may be added, what does not apply is left out. */
const time = z.iso.datetime({ precision: 3 });

/** What a host is at work on, or has to take up next. */
const hostCommandView = z.object({
  deploymentId: z.string(),
  lifecycleEventName: z.string(),
  isAcknowledged: z.boolean(),
});
export type HostCommandView = z.infer<typeof hostCommandView>;

export const hostView = z.object({
  /** `i-…`, or the name of an on-premises instance. */
  name: z.string(),
  hostIdentifier: z.string(),
  /** When its present secret was made. */
  issuedAt: time,
  /** When its agent last asked for work; absent where it never did. */
  lastPolledAt: time.exactOptional(),
  agentVersion: z.string().exactOptional(),
  /** It should have asked again by now. */
  isSilent: z.boolean(),
  /** How far the clock of the host is ahead. */
  clockSkewSeconds: z.number().exactOptional(),
  command: hostCommandView.exactOptional(),
});
export type HostView = z.infer<typeof hostView>;

export const hostsAnswer = z.object({
  version: z.literal('1'),
  hosts: z.array(hostView),
  /** The `after` of the next page; absent on the last. */
  nextAfter: z.string().exactOptional(),
});
export type HostsAnswer = z.infer<typeof hostsAnswer>;

/** Told once, and kept nowhere. */
export const issuedHostAnswer = z.object({
  version: z.literal('1'),
  hostIdentifier: z.string(),
  /** What the agent takes as its `deploy_control_endpoint`; it holds the secret. */
  endpoint: z.string(),
});
export type IssuedHostAnswer = z.infer<typeof issuedHostAnswer>;

export const revokedHostAnswer = z.object({
  version: z.literal('1'),
  name: z.string(),
  /** What it can answer no more. */
  command: hostCommandView.exactOptional(),
});
export type RevokedHostAnswer = z.infer<typeof revokedHostAnswer>;

export const certificateAnswer = z.object({
  version: z.literal('1'),
  /** PEM: the certificate of the key that signs what hosts are told to do. */
  specificationCertificate: z.string(),
});
