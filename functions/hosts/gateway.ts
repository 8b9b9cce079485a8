import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { EpochMilliseconds } from '../../core/decider.ts';
import type { HostInput, HostOperation, HostOutput } from '../../core/hosts/protocol.ts';
import { HOST_OPERATIONS, hostInputShapes, hostOperationOf } from '../../core/hosts/protocol.ts';
import { Refusal } from '../../core/refusal.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { dynamoCommandLeases } from '../adapters/command-leases.ts';
import { dynamoHostPresences } from '../adapters/host-presences.ts';
import { dynamoHostSecrets } from '../adapters/host-secrets.ts';
import { s3OutputUploads } from '../adapters/output-uploads.ts';
import { lambdaSpecificationSigner } from '../adapters/specification-signer.ts';
import { stepFunctions } from '../adapters/workflows.ts';
import { bodyOf, targetOf } from '../runtime/aws-json.ts';
import { environmentOf } from '../runtime/environment.ts';
import { handlerOf } from '../runtime/handler.ts';
import { logger } from '../runtime/log.ts';
import { storePorts, tokenPorts } from '../runtime/ports.ts';
import type { Caller, GatewayPorts } from './caller.ts';
import {
  postHostCommandUpdate,
  putHostCommandAcknowledgement,
  putHostCommandComplete,
} from './command-reports.ts';
import { getDeploymentSpecification } from './get-deployment-specification.ts';
import type { HostRequest } from './host-message.ts';
import { agentSigns, hostAnswer, hostRefusal, isOverload } from './host-message.ts';
import { insisting } from './insist.ts';
import { pollHostCommand } from './poll-host-command.ts';

type Operations = {
  readonly [Name in HostOperation]: (
    ports: GatewayPorts,
    caller: Caller,
    input: HostInput<Name>,
    /** Nothing is begun again after that. */
    until: EpochMilliseconds,
  ) => Promise<HostOutput<Name>>;
};

const operations: Operations = {
  PollHostCommand: pollHostCommand,
  GetDeploymentSpecification: getDeploymentSpecification,
  PutHostCommandAcknowledgement: putHostCommandAcknowledgement,
  PostHostCommandUpdate: postHostCommandUpdate,
  PutHostCommandComplete: putHostCommandComplete,
};

/**
 * `POST /hosts/<secret>`: the host command protocol, for agents of any make. The secret of the path alone says who calls;
 * a signature is neither required nor read. A GET is answered at once and tells nothing: agents ask so when they start.
 */
export function gateway(
  ports: GatewayPorts,
): (request: HostRequest) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (request) => {
    if (request.routeKey.startsWith('GET ')) return hostAnswer(request, {});
    const { requestId } = request.requestContext;
    const operation = hostOperationOf(targetOf(request));
    const until = ports.system.now() + (ASKED_AGAIN.has(operation) ? 0 : INSIST_MILLISECONDS);
    let host: string | undefined;
    const answered = async (): Promise<object> => {
      const caller = await callerOf(ports, request);
      host = caller.host.hostIdentifier;
      if (operation === undefined) throw unknownOperation(targetOf(request));
      return carriedOut(ports, caller, operation, request, until);
    };
    try {
      const output = await insisting(ports.system, until, isOverload, answered);
      if (Object.keys(output).length > 0 || operation !== 'PollHostCommand') {
        logger.info('answered', { requestId, operation, host });
      }
      return hostAnswer(request, output);
    } catch (error) {
      return hostRefusal(request, error, { operation, host });
    }
  };
}

async function callerOf({ secrets, system }: GatewayPorts, request: HostRequest): Promise<Caller> {
  // Some write an address with a slash behind it.
  const secret = (request.pathParameters?.['proxy'] ?? '').replace(/\/$/, '');
  const host = await secrets.find(system.sha256(secret), system.now());
  if (host === undefined) {
    throw new Refusal(
      'UnrecognizedClientException',
      'The endpoint holds no secret that is good. Issue another: npx sluice host rotate NAME, or register NAME where it was revoked. An instance of EC2 enrols itself',
    );
  }
  return { host, ...agentSigns(request) };
}

async function carriedOut(
  ports: GatewayPorts,
  caller: Caller,
  operation: HostOperation,
  request: HostRequest,
  until: EpochMilliseconds,
): Promise<object> {
  const input = hostInputShapes[operation].safeParse(bodyOf(request));
  if (!input.success)
    throw malformed(
      operation,
      input.error.issues.map(({ path }) => path.join('.')),
    );
  // Of one operation each, which the compiler cannot see.
  const carryOut = operations[operation] as (
    ports: GatewayPorts,
    caller: Caller,
    input: unknown,
    until: EpochMilliseconds,
  ) => Promise<object>;
  return carryOut(ports, caller, input.data, until);
}

/** An agent asks again by itself, and nothing fails by it. What is no operation is refused at once. */
const ASKED_AGAIN: ReadonlySet<HostOperation | undefined> = new Set([
  undefined,
  'PollHostCommand',
  'PostHostCommandUpdate',
]);

/**
 * How long anything else is begun again. An append that is begun last may take 5 s, and waking the workflow after it as
 * long, which together is well within the 29 s of the function, and the 80 s that agents wait. Some send a completion once
 * and never again, and some fail a command whose specification or acknowledgement is refused after 2 s of trying: neither
 * must happen because much was going on.
 */
const INSIST_MILLISECONDS = 12_000;

function unknownOperation(target: string): Refusal {
  return new Refusal(
    'UnknownOperationException',
    `The operation ${JSON.stringify(target.slice(0, 100))} is unknown here. There are ${HOST_OPERATIONS.join(', ')}.`,
  );
}

function malformed(operation: HostOperation, members: readonly string[]): Refusal {
  return new Refusal(
    'ClientException',
    `${operation} needs other members than it was given: look at ${[...new Set(members)].join(', ')}.`,
  );
}

export const handler = handlerOf(
  'hosts/gateway',
  (variables) => {
    const environment = environmentOf('hosts/gateway', variables);
    const client = documentClient();
    const { LIVE_TABLE } = environment;
    return gateway({
      ...storePorts(environment),
      ...tokenPorts(environment),
      workflows: stepFunctions(),
      secrets: dynamoHostSecrets(client, LIVE_TABLE),
      leases: dynamoCommandLeases(client, LIVE_TABLE),
      presences: dynamoHostPresences(client, LIVE_TABLE),
      signer: lambdaSpecificationSigner(environment.SIGN_FUNCTION_NAME),
      uploads: s3OutputUploads(environment.OUTPUT_BUCKET),
      region: variables['AWS_REGION'] ?? '',
      mostHeldPolls: Number(environment.MOST_HELD_POLLS),
    });
  },
  // Hosts may ask every second and find nothing: what is worth a line is logged above.
  { logsEachCall: false },
);
