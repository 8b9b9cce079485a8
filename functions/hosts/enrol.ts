import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { Refusal } from '../../core/refusal.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import type { Ec2Instances } from '../adapters/ec2-instances.ts';
import { awsEc2Instances } from '../adapters/ec2-instances.ts';
import { dynamoHostSecrets } from '../adapters/host-secrets.ts';
import type { SpecificationCertificate } from '../adapters/specification-signer.ts';
import { lambdaSpecificationCertificate } from '../adapters/specification-signer.ts';
import type { ApiRequest } from '../runtime/aws-json.ts';
import { refused, respond } from '../runtime/aws-json.ts';
import { environmentOf } from '../runtime/environment.ts';
import { handlerOf } from '../runtime/handler.ts';
import { logger } from '../runtime/log.ts';
import { system } from '../runtime/system.ts';
import type { IssuePorts } from './issue-secret.ts';
import { hostsEndpointOf, issueSecret } from './issue-secret.ts';

export interface EnrolPorts extends IssuePorts {
  readonly instances: Ec2Instances;
  readonly certificate: SpecificationCertificate;
}

/** Of the function itself: an instance of another account or region is none of ours. */
export interface Home {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/**
 * `POST /hosts`: an instance of EC2 enrols itself, with the credentials of its own role. AWS has checked the signature, so
 * that the caller holds a session of that role; that the session is the instance's own is shown by its name, which EC2
 * gives to it, and by EC2: the instance is there, runs, and its profile holds the role. Once more means a new secret.
 */
export function enrol(
  ports: EnrolPorts,
): (request: ApiRequest, home: Home) => Promise<APIGatewayProxyStructuredResultV2> {
  return async (request, home) => {
    const { requestId } = request.requestContext;
    try {
      const instanceId = await callingInstance(ports, request, home);
      const { partition, region, accountId } = home;
      const hostIdentifier = `arn:${partition}:ec2:${region}:${accountId}:instance/${instanceId}`;
      const specificationCertificate = await ports.certificate();
      const issued = await issueSecret(ports, { hostIdentifier, name: instanceId });
      logger.info('enrolled', { requestId, host: hostIdentifier });
      return respond(requestId, 200, JSON.stringify({ ...issued, specificationCertificate }));
    } catch (error) {
      return refused(request, error);
    }
  };
}

const CALLER = /^arn:[^:]+:sts::(?<account>\d+):assumed-role\/(?<role>[^/]+)\/(?<session>i-[0-9a-f]{8,17})$/;

async function callingInstance(
  { instances }: EnrolPorts,
  { requestContext }: ApiRequest,
  home: Home,
): Promise<string> {
  const {
    account,
    role,
    session: instanceId,
  } = CALLER.exec(requestContext.authorizer?.iam?.userArn ?? '')?.groups ?? {};
  if (instanceId === undefined || account !== home.accountId) {
    throw denied('Only an instance of EC2 enrols itself so, signed with the credentials of its own role.');
  }
  const instance = await instances.find(instanceId);
  if (instance?.state !== 'running') {
    throw denied(`EC2 knows no instance ${instanceId} that is running in ${home.region}.`);
  }
  const profile = instance.instanceProfileArn;
  const holds = profile === undefined ? undefined : await instances.roleOf(profile);
  if (holds === undefined || holds !== role) {
    throw denied(`The instance profile of ${instanceId} does not hold the role ${role}.`);
  }
  return instanceId;
}

function denied(message: string): Refusal {
  return new Refusal('AccessDeniedException', message);
}

export const handler = handlerOf('hosts/enrol', (variables) => {
  const environment = environmentOf('hosts/enrol', variables);
  const answer = enrol({
    secrets: dynamoHostSecrets(documentClient(), environment.LIVE_TABLE),
    system,
    hostsEndpoint: hostsEndpointOf(environment, variables),
    instances: awsEc2Instances(),
    certificate: lambdaSpecificationCertificate(environment.CERTIFICATE_FUNCTION_NAME),
  });
  return (request: ApiRequest, { invokedFunctionArn }) => {
    const [, partition = '', , region = '', accountId = ''] = invokedFunctionArn.split(':');
    return answer(request, { partition, region, accountId });
  };
});
