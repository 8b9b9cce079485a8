import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { GetInstanceProfileCommand, IAMClient } from '@aws-sdk/client-iam';
import { clientDefaults } from './aws-clients.ts';
import { awsFailure } from './aws-failure.ts';

/** An instance as EC2 knows it. */
export interface Ec2Instance {
  /** `running`, `stopped` … */
  readonly state: string;
  /** Of the instance profile, where it has one. */
  readonly instanceProfileArn?: string;
}

export interface Ec2Instances {
  /** In our own account and region. */
  readonly find: (instanceId: string) => Promise<Ec2Instance | undefined>;
  /** The name of the role in an instance profile; undefined where there is none, or no such profile. */
  readonly roleOf: (instanceProfileArn: string) => Promise<string | undefined>;
}

export function awsEc2Instances(): Ec2Instances {
  const ec2 = new EC2Client(clientDefaults);
  const iam = new IAMClient(clientDefaults);
  return {
    find: async (instanceId) => {
      try {
        const { Reservations = [] } = await ec2.send(
          new DescribeInstancesCommand({ InstanceIds: [instanceId] }),
        );
        const found = Reservations.flatMap(({ Instances = [] }) => Instances).find(
          (instance) => instance.InstanceId === instanceId,
        );
        if (found === undefined) return undefined;
        const instanceProfileArn = found.IamInstanceProfile?.Arn;
        return {
          state: found.State?.Name ?? '',
          ...(instanceProfileArn === undefined ? {} : { instanceProfileArn }),
        };
      } catch (error) {
        if (error instanceof Error && UNKNOWN.has(error.name)) return undefined;
        throw error;
      }
    },
    roleOf: async (instanceProfileArn) => {
      const InstanceProfileName = instanceProfileArn.split('/').at(-1);
      try {
        const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
        // It is asked for by its name alone, which another path or account may have as well.
        if (InstanceProfile?.Arn !== instanceProfileArn) return undefined;
        return InstanceProfile.Roles?.[0]?.RoleName;
      } catch (error) {
        if (awsFailure(error)?.status === 'missing') return undefined;
        throw error;
      }
    },
  };
}

const UNKNOWN: ReadonlySet<string> = new Set(['InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed']);
