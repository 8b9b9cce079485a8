import { Refusal } from '../refusal.ts';
import { isName, quoted } from './names.ts';

/** What can carry tags. */
export type TaggableResource =
  | { readonly type: 'application'; readonly applicationName: string }
  | {
      readonly type: 'deploymentgroup';
      readonly applicationName: string;
      readonly deploymentGroupName: string;
    };

/** Whose resources they are: an ARN of another account or region names none of ours, whatever its name. */
export interface ResourceHome {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** Throws ResourceArnRequiredException. */
export function requireResourceArn(arn: string | undefined): string {
  if (arn === undefined || arn === '') {
    throw new Refusal('ResourceArnRequiredException', 'Name the resource: ResourceArn is missing.');
  }
  return arn;
}

/**
 * `arn:aws:codedeploy:REGION:ACCOUNT:application:NAME` or `…:deploymentgroup:APPLICATION/GROUP`, with `:` or `/` after
 * the type. Throws InvalidArnException where it is no such thing, ArnNotSupportedException where it names something
 * that carries no tags here.
 */
export function taggableResourceOf(arn: string, home: ResourceHome): TaggableResource {
  const [, partition = '', service = '', region = '', accountId = '', tail = ''] = ARN.exec(arn) ?? [];
  if (tail === '' || arn.length > ARN_CHARACTERS) throw invalidArn(arn);
  if (service !== 'codedeploy') throw notSupported(`it names a resource of ${quoted(service)}`);
  if (partition !== home.partition || region !== home.region || accountId !== home.accountId) {
    throw notSupported(
      `this is the account ${home.accountId} in ${home.region} of the partition ${home.partition}`,
    );
  }
  const [, type, name = ''] = /^([a-z]+)[:/](.*)$/s.exec(tail) ?? [];
  switch (type) {
    case 'application':
      if (!isName(name)) throw invalidArn(arn);
      return { type, applicationName: name };
    case 'deploymentgroup': {
      const [applicationName = '', deploymentGroupName = '', more] = name.split('/');
      if (more !== undefined || !isName(applicationName) || !isName(deploymentGroupName)) {
        throw invalidArn(arn);
      }
      return { type, applicationName, deploymentGroupName };
    }
    case 'deploymentconfig':
    case 'instance':
      throw notSupported(`a resource of the type ${type} carries no tags`);
    default:
      throw invalidArn(arn);
  }
}

/** No declared error says that a resource is gone where its tags are only read; this one comes closest. */
export function nothingAt(arn: string): Refusal {
  return new Refusal('InvalidArnException', `Nothing is there under the ARN ${quoted(arn)}.`);
}

/** The service's own limit. */
const ARN_CHARACTERS = 1011;

const ARN = /^arn:([a-z][a-z-]*):([a-z0-9-]+):([a-z0-9-]*):(\d*):(.+)$/s;

function invalidArn(arn: string): Refusal {
  return new Refusal(
    'InvalidArnException',
    `The ARN ${quoted(arn)} is invalid. It is arn:PARTITION:codedeploy:REGION:ACCOUNT:application:NAME or ` +
      '…:deploymentgroup:APPLICATION/GROUP.',
  );
}

function notSupported(why: string): Refusal {
  return new Refusal(
    'ArnNotSupportedException',
    `Only applications and deployment groups carry tags: ${why}.`,
  );
}
