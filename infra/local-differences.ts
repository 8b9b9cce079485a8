import { Aws, Tags } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import type { IConstruct } from 'constructs';
import { rolesUnder } from './role-path.ts';

/**
 * Where a stack is deployed, and the only place that says how the local cloud differs from a real account. Each
 * difference is something that the emulator cannot take; whatever is not a member here is the same on both.
 */
export interface Place {
  readonly stackName: string;
  /** Patterns of `aws:PrincipalArn` that a service role trusts. */
  readonly trustedPrincipals: readonly [string, ...string[]];
  readonly policy: { readonly TIME_SCALE: string; readonly BAKE_GRACE_SECONDS: string };
  /** The condition key, up to the name of the tag, that holds the tags of a role that is to be assumed. */
  readonly roleTagKey: string;
  /** Actions of Lambda that the service role needs beside those that it uses. */
  readonly furtherLambdaActions: readonly string[];
  /** The resource of iam:GetInstanceProfile. */
  readonly instanceProfiles: string;
  /** Whether queues and topics refuse plain HTTP. */
  readonly requireTls: boolean;
  readonly terminationProtection: boolean;
  /** Whether functions reserve concurrency; an account with a small quota cannot. The emulator takes it and does not mind it. */
  readonly reservesConcurrency: boolean;
  /** The source of our events on the event bus; AWS keeps those that begin with `aws.` to itself. */
  readonly eventSource: string;
  /** Of GitHub's API; empty where it is the usual one. */
  readonly gitHubBaseUrl: string;
  readonly markApi: (api: IConstruct) => void;
  /** Where hosts call, without the slash and the secret behind it. */
  readonly hostsEndpoint: (api: HttpApi) => string;
}

const EVENT_SOURCE = 'sluice.codedeploy';

/** The sweep is the second line behind the timeout of the task itself, so it lets a minute, its own period, pass. */
const BAKE_GRACE_SECONDS = 60;

export function realAccount(stackName: string): Place {
  return {
    stackName,
    trustedPrincipals: [rolesUnder(stackName)],
    policy: { TIME_SCALE: '1', BAKE_GRACE_SECONDS: String(BAKE_GRACE_SECONDS) },
    roleTagKey: 'iam:ResourceTag',
    furtherLambdaActions: [],
    instanceProfiles: `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:instance-profile/*`,
    requireTls: true,
    terminationProtection: true,
    reservesConcurrency: true,
    eventSource: EVENT_SOURCE,
    gitHubBaseUrl: '',
    markApi: () => undefined,
    hostsEndpoint: ({ apiId }) => `https://${apiId}.execute-api.${Aws.REGION}.${Aws.URL_SUFFIX}/hosts`,
  };
}

/** `timeScale` divides the minutes of configurations: an integer of at least 1. Throws on anything else. */
export function localCloud(stackName: string, timeScale: number): Place {
  if (!Number.isInteger(timeScale) || timeScale < 1) {
    throw new Error(`The time scale must be a whole number of at least 1, not ${timeScale}.`);
  }
  const sessions = `arn:${Aws.PARTITION}:sts::${Aws.ACCOUNT_ID}:assumed-role/${stackName}-*/*`;
  return {
    stackName,
    // The emulator fills aws:PrincipalArn with the ARN of the session, which does not hold the path of the role.
    trustedPrincipals: [rolesUnder(stackName), sessions],
    // The emulator ignores TimeoutSecondsPath, so that the sweep itself is the clock of a bake: it must not be late.
    policy: { TIME_SCALE: String(timeScale), BAKE_GRACE_SECONDS: '0' },
    // The emulator knows tags of roles by the key that is common to all services alone.
    roleTagKey: 'aws:ResourceTag',
    // The emulator checks GetAlias and UpdateAlias as ListAliases, and GetProvisionedConcurrencyConfig as GetFunction.
    furtherLambdaActions: ['lambda:GetFunction', 'lambda:ListAliases'],
    // The emulator checks GetInstanceProfile against no resource but the asterisk.
    instanceProfiles: '*',
    // The emulator is reached by plain HTTP on the loopback interface.
    requireTls: false,
    // A local stack is thrown away.
    terminationProtection: false,
    reservesConcurrency: true,
    eventSource: EVENT_SOURCE,
    gitHubBaseUrl: '',
    // The emulator takes the id of the API from this tag, so that its address is known before it is deployed.
    markApi: (api) => Tags.of(api).add('ms-custom-id', stackName.toLowerCase()),
    // A path of the emulator, whose own address its functions have in their environment.
    hostsEndpoint: () => `/_aws/execute-api/${stackName.toLowerCase()}/hosts`,
  };
}
