import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod';
import { isSilent } from '../../core/hosts/presence.ts';
import { Refusal } from '../../core/refusal.ts';
import { iamArnOf } from '../../core/registry/iam-identity.ts';
import { quoted } from '../../core/registry/names.ts';
import type { HostCommandView, HostView, HostsAnswer } from '../../core/views/v1-hosts.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import type { HostPresences } from '../adapters/host-presences.ts';
import { dynamoHostPresences } from '../adapters/host-presences.ts';
import type { EnrolledHost, HostSecrets } from '../adapters/host-secrets.ts';
import { dynamoHostSecrets } from '../adapters/host-secrets.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { SpecificationCertificate } from '../adapters/specification-signer.ts';
import { lambdaSpecificationCertificate } from '../adapters/specification-signer.ts';
import type { ApiRequest } from '../runtime/aws-json.ts';
import { bodyOf, refused, respond } from '../runtime/aws-json.ts';
import { environmentOf } from '../runtime/environment.ts';
import { headOfQueue } from '../runtime/fleet-rows.ts';
import { handlerOf } from '../runtime/handler.ts';
import { logger } from '../runtime/log.ts';
import { findOnPremisesInstance } from '../runtime/registered.ts';
import { storePorts } from '../runtime/ports.ts';
import { isoTime } from '../runtime/time-texts.ts';
import type { IssuePorts } from './issue-secret.ts';
import { hostsEndpointOf, issueSecret } from './issue-secret.ts';

export interface AdministerPorts extends IssuePorts {
  readonly secrets: HostSecrets;
  readonly presences: Pick<HostPresences, 'of'>;
  readonly rows: RowReader;
  readonly certificate: SpecificationCertificate;
}

/** What an HTTP API hands over of a call under `/v1/hosts`. */
export type AdministerRequest = ApiRequest & {
  readonly routeKey: string;
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>> | null;
};

/**
 * `/v1/hosts…`: who may ask for work. AWS has checked the signature; what a caller's policy permits is told by the path.
 * A secret is answered once, to whoever asked for it, and logged never.
 */
export function administer(
  ports: AdministerPorts,
): (request: AdministerRequest) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (request) => {
    const { requestId } = request.requestContext;
    try {
      const caller = callerOf(request);
      const route = routes.get(request.routeKey);
      if (route === undefined)
        throw new Refusal('UnknownOperationException', `There is no ${request.routeKey} here.`);
      const output = await route(ports, request);
      logger.info('answered', { requestId, route: request.routeKey, caller });
      return respond(requestId, 200, JSON.stringify({ version: '1', ...output }));
    } catch (error) {
      return refused(request, error);
    }
  };
}

type Route = (ports: AdministerPorts, request: AdministerRequest) => Promise<object>;

/** By the keys of their routes at the gateway. */
export const routes: ReadonlyMap<string, Route> = new Map<string, Route>([
  ['GET /v1/hosts', list],
  ['GET /v1/hosts/certificate', certificate],
  ['POST /v1/hosts', register],
  ['POST /v1/hosts/rotate', rotate],
  ['POST /v1/hosts/revoke', revoke],
]);

async function register(ports: AdministerPorts, request: AdministerRequest): Promise<object> {
  const name = nameIn(request);
  const instance = await findOnPremisesInstance(ports.rows, name);
  if (instance === undefined || instance.deregisteredAt !== undefined) {
    throw new Refusal(
      'InstanceNotRegisteredException',
      `There is no on-premises instance ${quoted(name)}. Register it first.`,
    );
  }
  const hostIdentifier = iamArnOf(instance);
  const present = await ports.secrets.of(name);
  if (present !== undefined && present.hostIdentifier === hostIdentifier) {
    throw new Refusal(
      'InstanceNameAlreadyRegisteredException',
      `The host ${quoted(name)} has a secret since ${isoTime(present.issuedAt)}, which is told once only. ` +
        `Issue another: npx sluice host rotate ${name}`,
    );
  }
  return issueSecret(ports, { hostIdentifier, name });
}

async function rotate(ports: AdministerPorts, request: AdministerRequest): Promise<object> {
  const name = nameIn(request);
  const present = await ports.secrets.of(name);
  if (present === undefined) throw unknown(name, ` ${howToLetIn(name)}`);
  return issueSecret(ports, present);
}

async function revoke(ports: AdministerPorts, request: AdministerRequest): Promise<object> {
  const name = nameIn(request);
  const host = await ports.secrets.of(name);
  // For a sentence only: a read that fails must not keep a secret good.
  const command = host && (await commandOf(ports, host).catch(() => undefined));
  if (!(await ports.secrets.revoke(name))) throw unknown(name);
  return { name, ...(command && { command }) };
}

async function certificate(ports: AdministerPorts): Promise<object> {
  return { specificationCertificate: await ports.certificate() };
}

/** Each costs two reads. */
const HOSTS_OF_A_PAGE = 50;

async function list(
  ports: AdministerPorts,
  { queryStringParameters }: AdministerRequest,
): Promise<Omit<HostsAnswer, 'version'>> {
  const page = await ports.secrets.list(queryStringParameters?.['after'], HOSTS_OF_A_PAGE);
  const hosts = await Promise.all(page.hosts.map((host) => viewOf(ports, host)));
  const last = page.hosts.at(-1)?.name;
  return { hosts, ...(page.more && last !== undefined ? { nextAfter: last } : {}) };
}

async function viewOf(ports: AdministerPorts, host: EnrolledHost): Promise<HostView> {
  const { hostIdentifier, name, issuedAt } = host;
  const [presence, command] = await Promise.all([ports.presences.of(hostIdentifier), commandOf(ports, host)]);
  const { lastPolledAt, agentVersion, clockSkewSeconds } = presence ?? {};
  return {
    name,
    hostIdentifier,
    issuedAt: isoTime(issuedAt),
    ...(lastPolledAt === undefined ? {} : { lastPolledAt: isoTime(lastPolledAt) }),
    ...(agentVersion === undefined ? {} : { agentVersion }),
    isSilent: isSilent(presence, ports.system.now()),
    ...(clockSkewSeconds === undefined ? {} : { clockSkewSeconds }),
    ...(command && { command }),
  };
}

async function commandOf(
  { rows }: AdministerPorts,
  { hostIdentifier }: EnrolledHost,
): Promise<HostCommandView | undefined> {
  const head = await headOfQueue(rows, hostIdentifier);
  if (head === undefined) return undefined;
  const { deploymentId, lifecycleEventName, isAcknowledged } = head;
  return { deploymentId, lifecycleEventName, isAcknowledged };
}

const nameInput = z.object({ name: z.string().min(1).max(1024) });

function nameIn(request: AdministerRequest): string {
  const input = nameInput.safeParse(bodyOf(request));
  if (input.success) return input.data.name;
  throw new Refusal('ValidationException', 'Say which host: the body is {"name": "…"}.');
}

function unknown(name: string, next = ''): Refusal {
  return new Refusal('InstanceDoesNotExistException', `No host ${quoted(name)} has a secret.${next}`);
}

/** Ids of EC2 instances begin with `i-`, and no names of others do. */
function howToLetIn(name: string): string {
  return name.startsWith('i-')
    ? 'An instance of EC2 gets one when it enrols itself, as one of the template does when it boots: docs/hosts.md.'
    : `Let it in: npx sluice host register ${name}`;
}

/** The gateway lets nobody in without a signature; a request that came another way names no caller. */
function callerOf({ requestContext }: ApiRequest): string {
  const caller = requestContext.authorizer?.iam?.userArn;
  if (typeof caller === 'string' && caller !== '') return caller;
  throw new Refusal(
    'AccessDeniedException',
    'The request names no IAM caller. Sign it with AWS credentials.',
  );
}

export const handler = handlerOf('hosts/administer', (variables) => {
  const environment = environmentOf('hosts/administer', variables);
  const client = documentClient();
  const { rows, system } = storePorts(environment);
  return administer({
    rows,
    system,
    secrets: dynamoHostSecrets(client, environment.LIVE_TABLE),
    presences: dynamoHostPresences(client, environment.LIVE_TABLE),
    hostsEndpoint: hostsEndpointOf(environment, variables),
    certificate: lambdaSpecificationCertificate(environment.CERTIFICATE_FUNCTION_NAME),
  });
});
