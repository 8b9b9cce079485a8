import type { EpochMilliseconds } from '../../core/decider.ts';
import type { ClaimedTarget } from '../../core/deployments/target-state.ts';
import { deploymentExecution } from '../../core/hosts/deployment-execution.ts';
import { ENVELOPE_FORMAT } from '../../core/hosts/envelope.ts';
import type { HostInput, HostOutput } from '../../core/hosts/protocol.ts';
import { isOwnAgent } from '../../core/hosts/protocol.ts';
import { Refusal } from '../../core/refusal.ts';
import { claimedTarget } from '../runtime/fleet-rows.ts';
import { settleTarget } from '../runtime/host-commands.ts';
import type { Caller, GatewayPorts } from './caller.ts';
import { actorOf, requireOwnIdentifier } from './caller.ts';
import { installedOn } from './installed-on.ts';

/**
 * What the host needs to know of a deployment that it takes part in. What cannot be made fails the host's command at once
 * and in words: of the agents some would say nothing, and be handed it again.
 */
export async function getDeploymentSpecification(
  ports: GatewayPorts,
  caller: Caller,
  { DeploymentExecutionId, HostIdentifier }: HostInput<'GetDeploymentSpecification'>,
): Promise<HostOutput<'GetDeploymentSpecification'>> {
  requireOwnIdentifier(caller, HostIdentifier);
  const execution = deploymentExecution(DeploymentExecutionId);
  const target = execution && (await claimedTarget(ports.rows, execution.deploymentId, execution.targetId));
  if (target?.claimed.hostIdentifier !== HostIdentifier || !takesPart(target, ports.system.now())) {
    throw new Refusal('AccessDeniedException', 'This host takes no part in the deployment.');
  }
  const { claimed, command } = target;
  const { deploymentId } = claimed;
  // Our own agent looks for itself how the AppSpec of the revision before is named.
  const isForPrevious = command?.lifecycleEventName === 'ApplicationStop' && !isOwnAgent(caller.agentVersion);
  const installedBy = isForPrevious ? await installedOn(ports.rows, claimed) : undefined;
  const envelope = await ports.signer.envelope({ deploymentId, isForPrevious, installedBy });
  switch (envelope.status) {
    case 'signed':
      return {
        DeploymentSystem: 'CodeDeploy',
        DeploymentSpecification: {
          GenericEnvelope: { Format: ENVELOPE_FORMAT, Payload: envelope.payload },
        },
      };
    case 'throttled':
      throw new Refusal('ThrottlingException', 'Rate exceeded');
    case 'refused':
      await failCommand(ports, caller, target, envelope.message);
      throw new Refusal('ClientException', envelope.message);
    default:
      return envelope satisfies never;
  }
}

/** The Ruby agent asks once more after a target has ended, before it says that it has nothing to run. */
const AFTERWARDS_MILLISECONDS = 60 * 60 * 1000;

function takesPart({ status, command, endedAt = 0 }: ClaimedTarget, now: EpochMilliseconds): boolean {
  return status === 'InProgress' || command !== undefined || now - endedAt < AFTERWARDS_MILLISECONDS;
}

async function failCommand(
  ports: GatewayPorts,
  caller: Caller,
  { claimed, command }: ClaimedTarget,
  message: string,
): Promise<void> {
  if (command === undefined || command.acknowledgedAt !== undefined) return;
  const data = { hostCommandIdentifier: command.hostCommandIdentifier, message };
  await settleTarget(ports, claimed, { type: 'FailHostCommand', data }, actorOf(caller));
}
