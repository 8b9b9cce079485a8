import { createHash, randomUUID } from 'node:crypto';
import { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { expect } from 'vitest';
import type { DeploymentCommand } from '../../core/deployments/deployment-commands.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import type { ParkedToken } from '../../functions/adapters/parked-tokens.ts';
import type { AssumedRole } from '../../functions/adapters/service-roles.ts';
import type { PathRequest } from '../../functions/api/api-path.ts';
import { codedeploy } from '../../functions/api/codedeploy.ts';
import type { ApiPorts } from '../../functions/api/operation.ts';
import { aggregates } from '../../functions/runtime/aggregates.ts';
import { commandTo, execute } from '../../functions/runtime/execute.ts';
import type { System } from '../../functions/runtime/system.ts';
import { declaredErrors } from '../contract/sdk-declared-errors.ts';
import { outputFaults } from '../contract/sdk-model.ts';
import { fakeAutoScalingGroups } from './fake-auto-scaling-groups.ts';
import { fakeGitHubTokenNames } from './fake-github-token-names.ts';
import { memorySecrets } from './memory-hosts.ts';
import { fakeTopics } from './fake-topics.ts';
import type { MemoryEventStore } from './memory-event-store.ts';
import { memoryEventStore } from './memory-event-store.ts';
import { routed } from './routed.ts';

export const CALLER = 'arn:aws:iam::123456789012:user/someone';
export const STACK_ROLE = 'arn:aws:iam::123456789012:role/Sluice-ServiceRolesLambda';
export const TRUSTED = 'arn:aws:iam::123456789012:role/sluice/Sluice/*';
export const EXECUTION = 'arn:aws:states:eu-central-1:123456789012:execution:Sluice-lambda:one';

/** A role as the fake of IAM knows it; `assume` is asked anew each time. */
export interface FakeRole {
  readonly tags?: Readonly<Record<string, string>>;
  readonly assume?: () => AssumedRole;
}

export type Api = ReturnType<typeof api>;

/** The front door over the memory store, and the real SDK client that speaks to it in this process. */
export function api(changes: Partial<ApiPorts> = {}) {
  const store = memoryEventStore();
  const clock = { now: 1_700_000_000_123 };
  const roles = new Map<string, FakeRole>([[STACK_ROLE, {}]]);
  const topics = fakeTopics();
  const autoScaling = fakeAutoScalingGroups();
  const parked: ParkedToken[] = [];
  const woken: { readonly token: string; readonly error: string }[] = [];
  const ports: ApiPorts = {
    store,
    rows: store.rows,
    system: fakeSystem(clock),
    aggregates,
    trust: { stackServiceRoleArns: [STACK_ROLE], trustedPrincipals: [TRUSTED] },
    roles: fakeRoles(roles),
    topicsWith: (credentials) => topics.with(credentials),
    autoScalingGroupsWith: autoScaling.with,
    gitHubTokenNames: fakeGitHubTokenNames('acme'),
    hostSecrets: memorySecrets(),
    tokens: {
      park: async (token) => void parked.push(token),
      of: async (id) => parked.filter(({ deploymentId }) => deploymentId === id),
      forget: async (token) => void parked.splice(parked.indexOf(token), 1),
    },
    workflows: {
      succeed: async (token) => {
        woken.push({ token, error: '' });
        return 'sent';
      },
      fail: async (token, error) => {
        woken.push({ token, error });
        return 'sent';
      },
    },
    ...changes,
  };
  const door = codedeploy(ports);
  const home = { partition: 'aws', region: 'eu-central-1', accountId: '123456789012' };

  /** What is on the wire: every answer is as the model says, every error one that the operation or any declares. */
  const answered = async (request: PathRequest): Promise<Answer> => {
    const { statusCode = 0, headers = {}, body = '' } = await door(request, home);
    const answer = {
      status: statusCode,
      headers,
      text: body,
      json: body === '' ? undefined : JSON.parse(body),
    };
    if (statusCode === 200) expect(outputFaults(operationIn(request), answer.json)).toEqual([]);
    else expectDeclared(operationIn(request), answer.json.__type);
    return answer;
  };
  const call = (operation: string, body: unknown = {}, path = '/') =>
    answered(requestOf(operation, body, routed(path)));

  return {
    ports,
    store,
    clock,
    roles,
    topics,
    autoScaling,
    parked,
    woken,
    answered,
    call,
    client: clientOf(answered),
    /** Answers the output of a call that is to succeed. */
    ok: async (operation: string, body: unknown = {}) => {
      const answer = await call(operation, body);
      expect(answer.status, answer.text).toBe(200);
      return answer.json;
    },
    /** The call is refused with this name, and neither the log nor the rows have changed. */
    refused: async (operation: string, body: unknown, code: string, message?: RegExp | string) => {
      const before = contents(store);
      const { status, json, text } = await call(operation, body);
      expect(json?.__type, text).toBe(code);
      expect(status).toBe(400);
      if (message instanceof RegExp) expect(json.message).toMatch(message);
      if (typeof message === 'string') expect(json.message).toContain(message);
      expect(contents(store)).toEqual(before);
      return String(json.message);
    },
    /** What the workflow of a deployment would decide. */
    decide: async (deploymentId: string, ...commands: readonly DeploymentCommand[]) => {
      for (const command of commands) {
        const issued = {
          id: randomUUID(),
          at: ports.system.now(),
          actor: { type: 'execution', id: EXECUTION },
        } as const;
        await execute(ports, issued, [commandTo(deployment, `deployment#${deploymentId}`, command)]);
      }
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  // Answers are looked into by tests alone.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

/** As an HTTP API hands it over. */
export function requestOf(operation: string, body: unknown, changes: Partial<PathRequest> = {}): PathRequest {
  return {
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)).toString('base64'),
    isBase64Encoded: true,
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `CodeDeploy_20141006.${operation}`,
    },
    requestContext: { requestId: randomUUID(), authorizer: { iam: { userArn: CALLER } } },
    ...routed('/'),
    ...changes,
  };
}

export function contents(store: MemoryEventStore) {
  return { events: store.allEvents(), rows: store.allRows() };
}

const ANY_OPERATION: readonly string[] = [
  'AccessDeniedException',
  'InternalFailure',
  'SerializationException',
  'ThrottlingException',
  'UnknownOperationException',
  'ValidationError',
];

function operationIn({ headers }: PathRequest): string {
  const [, operation = ''] = (headers['x-amz-target'] ?? headers['X-Amz-Target'] ?? '').split('.');
  return operation;
}

function expectDeclared(operation: string, code: string): void {
  const declared = (declaredErrors[operation] ?? []).map((name) => `${name}Exception`);
  expect([...ANY_OPERATION, ...declared], `${operation} declares no ${code}`).toContain(code);
}

/** The real client of the SDK, with a front door of this process at the other end. */
export function clientOf(
  answered: (request: PathRequest) => Promise<Pick<Answer, 'status' | 'headers' | 'text'>>,
): CodeDeployClient {
  return new CodeDeployClient({
    region: 'eu-central-1',
    endpoint: 'https://sluice.test',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    requestHandler: {
      handle: async (request: { readonly headers: Record<string, string>; readonly body: unknown }) => {
        const body = Buffer.from(new TextDecoder().decode(request.body as Uint8Array)).toString('base64');
        const { status, headers, text } = await answered({
          ...requestOf('', ''),
          body,
          headers: request.headers,
        });
        return { response: { statusCode: status, headers, body: new TextEncoder().encode(text) } };
      },
    } as never,
  });
}

/** Time passes only where somebody waits or a test moves it. */
function fakeSystem(clock: { now: number }): System {
  let drawn = 0;
  return {
    now: () => clock.now,
    sleep: async (milliseconds) => {
      clock.now += Math.ceil(milliseconds);
    },
    uuid: () => randomUUID(),
    deploymentId: () => `d-${(++drawn).toString(36).toUpperCase().padStart(9, '0')}`,
    secret: () => randomUUID(),
    random: () => 0.5,
    sha256: (text) => createHash('sha256').update(text, 'utf8').digest('hex'),
  };
}

function fakeRoles(known: ReadonlyMap<string, FakeRole>): ApiPorts['roles'] {
  const gone = { status: 'missing', message: 'The role cannot be found.' } as const;
  const credentials = { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' };
  return {
    tags: async (arn) => {
      const role = known.get(arn);
      return role === undefined ? gone : { status: 'read', tags: role.tags ?? {} };
    },
    assume: async (arn) => {
      const role = known.get(arn);
      if (role === undefined) return gone;
      return role.assume?.() ?? { status: 'assumed', credentials };
    },
  };
}
