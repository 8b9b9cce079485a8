import { createHash } from 'node:crypto';
import type { HostEventName } from '../../../core/deployments/lifecycle.ts';
import { IN_PLACE_LIFECYCLE } from '../../../core/deployments/lifecycle.ts';
import { targetStream } from '../../../core/deployments/target-stream.ts';
import type { TargetEvent } from '../../../core/deployments/target-events.ts';
import { rowKeys } from '../../../core/views/row-keys.ts';
import type { Workflows } from '../../../functions/adapters/workflows.ts';
import type { GatewayPorts } from '../../../functions/hosts/caller.ts';
import { gateway } from '../../../functions/hosts/gateway.ts';
import { deploymentAggregates } from '../../../functions/runtime/deployment-aggregates.ts';
import { erased } from '../../../functions/runtime/execute.ts';
import { recorded } from '../../../functions/runtime/history.ts';
import { decideTarget, settleTarget } from '../../../functions/runtime/host-commands.ts';
import { target } from '../../../core/deployments/target.ts';
import { memoryEventStore } from '../../support/memory-event-store.ts';
import { memoryLeases, memoryPresences, memorySecrets } from '../../support/memory-hosts.ts';
import { memoryTokens } from '../../support/memory-tokens.ts';

export const HOST = 'arn:aws:iam::123456789012:user/CodeDeploy/host-1';
export const OTHER_HOST = 'arn:aws:sts::123456789012:assumed-role/sluice-host/host-2';
export const SECRET = 'the-secret-of-host-1';
export const OTHER_SECRET = 'the-secret-of-host-2';
export const RUBY = 'OFFICIAL_1.8.1-30_deb';
export const OURS = 'sluice/0.1.0';
const START = 1_795_000_000_000;

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/**
 * The gateway over a store in memory, with two hosts that have secrets, and a clock that only moves while somebody
 * sleeps. A deployment is begun on a host and its commands queued as the workflow would.
 */
export async function aGateway(change: Partial<GatewayPorts> = {}) {
  const clock = { now: START };
  let uuids = 0;
  const whileAsleep: (() => Promise<void>)[] = [];
  const sent: string[] = [];
  const store = memoryEventStore();
  const secrets = memorySecrets();
  const leases = memoryLeases();
  const presences = memoryPresences();
  const workflows: Pick<Workflows, 'succeed' | 'fail'> = {
    succeed: async (token) => (sent.push(`${token} succeeds`), 'sent'),
    fail: async (token, error) => (sent.push(`${token} fails: ${error}`), 'sent'),
  };
  const ports: GatewayPorts = {
    store,
    rows: store.rows,
    aggregates: { ...deploymentAggregates, [target.name]: erased(target) },
    tokens: memoryTokens(),
    workflows,
    secrets,
    leases,
    presences,
    signer: {
      envelope: async ({ deploymentId, isForPrevious, installedBy = 'before' }) => ({
        status: 'signed',
        payload: `-----BEGIN PKCS7----- ${deploymentId}${isForPrevious ? ` for the scripts of ${installedBy}` : ''}`,
      }),
    },
    uploads: { address: async (key) => `https://outputs.example/${key}?signed` },
    region: 'eu-west-1',
    mostHeldPolls: 100,
    system: {
      now: () => clock.now,
      sleep: async (milliseconds) => {
        clock.now += milliseconds;
        await whileAsleep.shift()?.();
      },
      uuid: () => `uuid-${(uuids += 1)}`,
      deploymentId: () => 'd-DRAWN0001',
      secret: () => 'drawn',
      random: () => 0.5,
      sha256,
    },
    ...change,
  };
  await secrets.issue({ hostIdentifier: HOST, name: 'host-1', issuedAt: START }, sha256(SECRET), START);
  await secrets.issue(
    { hostIdentifier: OTHER_HOST, name: 'host-2', issuedAt: START },
    sha256(OTHER_SECRET),
    START,
  );
  const answer = gateway(ports);

  const ask = async (
    operation: string,
    body: object | string,
    { secret = SECRET, prefix = 'CodeDeployCommandService_v20141006.', agent = RUBY, headers = {} } = {},
  ): Promise<Answer> => {
    const { statusCode, body: text = '' } = await answer({
      routeKey: 'POST /hosts/{proxy+}',
      rawPath: `/hosts/${secret}`,
      pathParameters: { proxy: secret },
      headers: {
        'x-amz-target': `${prefix}${operation}`,
        'x-amz-codedeploy-agent-version': agent,
        'content-type': 'application/x-amz-json-1.1',
        ...headers,
      },
      body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString('base64'),
      isBase64Encoded: true,
      requestContext: { requestId: 'r-1' },
    });
    return { status: statusCode ?? 0, body: JSON.parse(text) as Answer['body'] };
  };

  return {
    ports,
    ask,
    clock,
    secrets,
    leases,
    presences,
    sent,
    whileAsleep,
    poll: (options = {}) => ask('PollHostCommand', { HostIdentifier: HOST }, options),
    acknowledge: (id: string, isNoop = false, options = {}) =>
      ask('PutHostCommandAcknowledgement', { HostCommandIdentifier: id, Diagnostics: noop(isNoop) }, options),
    complete: (id: string, CommandStatus: string, report: object | string = {}, options = {}) =>
      ask(
        'PutHostCommandComplete',
        { HostCommandIdentifier: id, CommandStatus, Diagnostics: diagnostics(report) },
        options,
      ),
    get: async (routeKey: string, proxy?: string) => {
      const { statusCode, body } = await answer({
        routeKey,
        rawPath: `/hosts/${proxy ?? ''}`,
        pathParameters: proxy === undefined ? {} : { proxy },
        headers: {},
        isBase64Encoded: false,
        requestContext: { requestId: 'r-1' },
      });
      return { status: statusCode, body };
    },
    /** A deployment that is at work on a host, with one command queued and its wait parked. */
    begin: (event: HostEventName = 'ApplicationStop', given: Partial<Begun> = {}) =>
      begin(ports, { ...BEGUN, ...given }, event),
    queue: (event: HostEventName, given: Partial<Begun> = {}) => queue(ports, { ...BEGUN, ...given }, event),
    events: async ({ deploymentId, targetId }: Begun = BEGUN): Promise<readonly TargetEvent[]> =>
      (await store.load(targetStream(deploymentId, targetId))).map((event) => recorded<TargetEvent>(event)),
  };
}

export interface Begun {
  readonly deploymentId: string;
  readonly targetId: string;
  readonly hostIdentifier: string;
  readonly slots: number;
}

export const BEGUN: Begun = {
  deploymentId: 'd-SERVER001',
  targetId: 'host-1',
  hostIdentifier: HOST,
  slots: 1,
};

const EXECUTION = 'arn:aws:states:eu-west-1:123456789012:execution:Sluice-in-place:d-SERVER001';
const actor = { type: 'execution', id: EXECUTION } as const;

async function begin(ports: GatewayPorts, begun: Begun, event: HostEventName): Promise<string> {
  const { deploymentId, targetId, hostIdentifier, slots } = begun;
  const key = rowKeys.openChunk(deploymentId, 0);
  const row = { ...key, owner: `deployment#${deploymentId}`, data: '{}' };
  const active = { ...rowKeys.activeFleet(deploymentId), owner: row.owner, data: '{}' };
  await ports.store.append({
    events: [],
    rows: [row, active].map((put) => ({ type: 'put', row: put, from: row.owner })),
    required: [],
  });
  const data = {
    deploymentId,
    applicationId: 'app-1',
    applicationName: 'shop',
    deploymentGroupId: 'group-1',
    deploymentGroupName: 'prod',
    revisionId: 'revision-1',
    targetId,
    targetArn: `arn:aws:codedeploy:eu-west-1:123456789012:instance/${targetId}`,
    hostIdentifier,
    position: 0,
    wave: 1,
    slot: 0,
    slots,
    claim: 'claim-1',
    executionArn: EXECUTION,
    lifecycle: IN_PLACE_LIFECYCLE,
    ignoreApplicationStopFailures: false,
  };
  await decideTarget(ports, begun, { type: 'ClaimTarget', data }, actor);
  await ports.tokens.park(
    { deploymentId: `${deploymentId}#${targetId}`, entry: `${event}#1`, token: event },
    START,
  );
  return queue(ports, begun, event);
}

async function queue(ports: GatewayPorts, begun: Begun, lifecycleEventName: HostEventName): Promise<string> {
  const data = { lifecycleEventName, executionArn: EXECUTION };
  await decideTarget(ports, begun, { type: 'QueueHostCommand', data }, actor);
  return `${begun.deploymentId}/${lifecycleEventName}/${begun.targetId}`;
}

/** The deployment is over, whatever its hosts still do. */
export async function endDeployment(ports: GatewayPorts, { deploymentId }: Begun = BEGUN): Promise<void> {
  const from = `deployment#${deploymentId}`;
  const row = { ...rowKeys.activeFleet(deploymentId), owner: from, data: '{}' };
  await ports.store.append({ events: [], rows: [{ type: 'delete', row, from }], required: [] });
}

/** The deployment stops before the host has taken the command up. */
export async function cutShort(ports: GatewayPorts, begun: Begun = BEGUN): Promise<void> {
  await settleTarget(ports, begun, { type: 'CutTargetShort', data: { reason: 'stopped' } }, actor);
}

export function noop(IsCommandNoop: boolean) {
  return { Format: 'JSON', Payload: JSON.stringify({ IsCommandNoop }) };
}

export function diagnostics(report: object | string) {
  const Payload =
    typeof report === 'string'
      ? report
      : JSON.stringify({ error_code: 0, script_name: '', message: 'Succeeded: ', log: '', ...report });
  return { Format: 'JSON', Payload };
}
