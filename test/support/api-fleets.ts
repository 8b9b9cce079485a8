import type { FleetEnd } from '../../core/deployments/deployment-events.ts';
import type { FleetTarget } from '../../core/deployments/fleet-events.ts';
import type { HostEventName } from '../../core/deployments/lifecycle.ts';
import type { QueueHostCommand, TargetCommand } from '../../core/deployments/target-commands.ts';
import { hostCommandIdentifier } from '../../core/hosts/host-command-identifier.ts';
import { openDeployment } from '../../functions/runtime/fleet-rows.ts';
import { decideTarget } from '../../functions/runtime/host-commands.ts';
import { EXECUTION, STACK_ROLE, api } from './api.ts';

const names = { applicationName: 'shop', deploymentGroupName: 'prod' } as const;
const policy = { timeScale: 1, bakeGraceSeconds: 0 };

/** Two instances of EC2 and one elsewhere, of which one may be down at a time. */
export const FLEET: readonly FleetTarget[] = [
  ...['i-1', 'i-2'].map((targetId) => {
    const targetArn = `arn:aws:ec2:eu-central-1:123456789012:instance/${targetId}`;
    return { targetId, targetArn, hostIdentifier: targetArn };
  }),
  {
    targetId: 'shelf-3',
    targetArn: 'arn:aws:codedeploy:eu-central-1:123456789012:instance/shelf-3_0123456789',
    hostIdentifier: 'arn:aws:iam::123456789012:user/shelf-3',
  },
];

/** The front door with one deployment to a fleet that has not begun, and what becomes of its targets. */
export async function aFleet(changes: object = {}) {
  const one = api();
  await one.ok('CreateApplication', { applicationName: 'shop' });
  await one.ok('CreateDeploymentGroup', { ...names, serviceRoleArn: STACK_ROLE });
  const revision = {
    revisionType: 'S3',
    s3Location: { bucket: 'bundles', key: 'shop.zip', bundleType: 'zip' },
  };
  const { deploymentId } = await one.ok('CreateDeployment', { ...names, revision, ...changes });
  const decide = async (targetId: string, command: TargetCommand): Promise<void> => {
    await decideTarget(one.ports, { deploymentId, targetId }, command, { type: 'host', id: targetId });
  };
  const command = (targetId: string, lifecycleEventName: HostEventName) => ({
    hostCommandIdentifier: hostCommandIdentifier({ deploymentId, lifecycleEventName, targetId }),
  });
  return {
    one,
    deploymentId: String(deploymentId),
    admit: (targets = FLEET, more: object = {}) =>
      one.decide(
        deploymentId,
        { type: 'AdmitFleet', data: { executionArn: EXECUTION, targets, ...more } },
        {
          type: 'BeginWave',
          data: { executionArn: EXECUTION, results: targets.map(() => 'unclaimed'), policy },
        },
      ),
    finish: (end: FleetEnd) =>
      one.decide(deploymentId, {
        type: 'FinishDeployment',
        data: { executionArn: EXECUTION, rollbackDeploymentId: 'd-BACK00001', ...end },
      }),
    claim: async (position: number): Promise<void> => {
      const open = await openDeployment(one.ports.rows, deploymentId);
      const target = FLEET[position];
      if (open === undefined || target === undefined) throw new Error('there is nothing to be claimed');
      const { positions: _, ...claim } = open;
      await decide(target.targetId, {
        type: 'ClaimTarget',
        data: { ...claim, ...target, position, slot: 0, claim: `claim-${position}` },
      });
    },
    queue: (targetId: string, lifecycleEventName: HostEventName, more: Partial<QueueHostCommand> = {}) =>
      decide(targetId, {
        type: 'QueueHostCommand',
        data: { lifecycleEventName, executionArn: EXECUTION, ...more },
      }),
    acknowledge: (targetId: string, name: HostEventName) =>
      decide(targetId, {
        type: 'AcknowledgeHostCommand',
        data: { ...command(targetId, name), isNoop: false, hasHeartbeat: false },
      }),
    fail: (targetId: string, name: HostEventName, scriptName: string) =>
      decide(targetId, {
        type: 'CompleteHostCommand',
        data: {
          ...command(targetId, name),
          status: 'Failed',
          diagnostics: {
            errorCode: 'ScriptFailed',
            scriptName,
            message: `${scriptName} failed with exit code 1`,
            logTail: '[stderr]no space left\n',
          },
        },
      }),
  };
}

/** The first host failed; nothing else was touched. */
export async function failedOnOne() {
  const fleet = await aFleet();
  await fleet.admit();
  await fleet.claim(0);
  await fleet.queue('i-1', 'ApplicationStop');
  await fleet.acknowledge('i-1', 'ApplicationStop');
  await fleet.fail('i-1', 'ApplicationStop', 'stop.sh');
  return fleet;
}
