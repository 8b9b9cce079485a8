import type {
  CodeDeployClientConfig,
  CreateDeploymentCommandInput,
  RevisionLocation,
} from '@aws-sdk/client-codedeploy';
import {
  CodeDeployClient,
  CreateDeploymentCommand,
  CreateDeploymentGroupCommand,
  DeleteDeploymentGroupCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-codedeploy';
import { revisionLocationInfo } from '../core/views/revision-location-info.ts';
import { clientDefaults } from '../functions/adapters/aws-clients.ts';
import { awsFailure } from '../functions/adapters/aws-failure.ts';
import { CannotDo } from './command.ts';
import type { DeploymentsApi, NewDeployment } from './deployments-api.ts';
import type { Target } from './target.ts';

export function codeDeployApi({
  apiEndpoint,
  client,
  place,
}: Pick<Target, 'apiEndpoint' | 'client' | 'place'>): DeploymentsApi {
  const config: CodeDeployClientConfig & { readonly signingName: string } = {
    ...clientDefaults,
    ...client,
    endpoint: apiEndpoint,
    // API Gateway checks signatures for itself, whatever is behind it.
    signingName: 'execute-api',
    // An answer that got lost may have been given: whoever asked looks first, and asks again then.
    maxAttempts: 1,
  };
  return apiOf(new CodeDeployClient(config), place);
}

export function apiOf(codedeploy: CodeDeployClient, place: string): DeploymentsApi {
  const asked = async <Answer>(call: Promise<Answer>): Promise<Answer> => {
    try {
      return await call;
    } catch (error) {
      throw refusalInWords(error, place);
    }
  };
  return {
    stop: async (wish) => {
      const { statusMessage = '' } = await asked(codedeploy.send(new StopDeploymentCommand(wish)));
      return statusMessage;
    },
    create: async (wanted) => {
      const input = createInput(wanted);
      const { deploymentId = '' } = await asked(codedeploy.send(new CreateDeploymentCommand(input)));
      return deploymentId;
    },
    createGroup: async ({ alarmNames, rollbackOn, ...wanted }) => {
      await asked(
        codedeploy.send(
          new CreateDeploymentGroupCommand({
            ...wanted,
            deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
            alarmConfiguration: { enabled: true, alarms: alarmNames.map((name) => ({ name })) },
            autoRollbackConfiguration: { enabled: true, events: [...rollbackOn] },
          }),
        ),
      );
    },
    deleteGroup: async (names) => {
      await asked(codedeploy.send(new DeleteDeploymentGroupCommand(names)));
    },
  };
}

function createInput({ revision, guarded, ...wanted }: NewDeployment): CreateDeploymentCommandInput {
  return {
    ...wanted,
    revision:
      revision.type === 'registered'
        ? // Of one type each, which the compiler has lost sight of.
          (revisionLocationInfo(revision.location) as RevisionLocation)
        : { revisionType: 'AppSpecContent', appSpecContent: { content: revision.content } },
    ...(!guarded && {
      autoRollbackConfiguration: { enabled: false },
      overrideAlarmConfiguration: { enabled: false, alarms: [] },
    }),
  };
}

/** What the front door or the API refused, with its reason; every other error as it is. */
export function refusalInWords(error: unknown, place: string): unknown {
  if (!(error instanceof Error)) return error;
  if (NOT_PERMITTED.has(error.name)) {
    return new CannotDo(
      `your AWS credentials do not permit it for ${place}: they need execute-api:Invoke on POST / of its API ` +
        `(${error.message}). Ask for a policy that allows it, or name a profile that may with AWS_PROFILE.`,
    );
  }
  const isRefusal = '$fault' in error && error.$fault === 'client' && awsFailure(error) === undefined;
  return isRefusal && error.name.endsWith('Exception') && !SIGNATURE_FAULTS.has(error.name)
    ? new CannotDo(`${error.message} (${error.name})`)
    : error;
}

const NOT_PERMITTED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'ForbiddenException',
]);

/** They are about the credentials and not about what was asked. */
const SIGNATURE_FAULTS: ReadonlySet<string> = new Set(['InvalidSignatureException', 'ExpiredTokenException']);
