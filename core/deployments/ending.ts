import type { Decision, Issued } from '../decider.ts';
import { Refusal } from '../refusal.ts';
import { failureFound } from './admission.ts';
import { tooFewHealthy } from './agent-issue.ts';
import { aliasCommand } from './alias.ts';
import { deadlines } from './deadlines.ts';
import type { FinishDeployment, StopDeployment } from './deployment-commands.ts';
import type { DeploymentEndedEarly, DeploymentEvent, FleetEnd } from './deployment-events.ts';
import type { Ending, ExistingDeployment } from './deployment-state.ts';
import { homeVersion } from './deployment-state.ts';
import { foresee } from './deployment-evolution.ts';
import { hasEnded } from './deployment-status.ts';
import { fence } from './fencing.ts';
import { fleetFailure } from './fleet.ts';
import { instantSuccess, mayFollow } from './hooks.ts';
import { NOTHING_MOVED, rollbackCommands, whyNoRollback } from './rollback.ts';

/** Idempotent while it is being stopped and once it was; any other end cannot be stopped any more. */
export function stop(state: ExistingDeployment, command: StopDeployment & Issued): Decision<DeploymentEvent> {
  const byRequest = state.ending?.cause === 'request';
  if (hasEnded(state.status) && !byRequest) {
    throw new Refusal(
      'DeploymentAlreadyCompletedException',
      `Deployment ${state.created.deploymentId} has already ended: ${state.status}.`,
    );
  }
  if (hasEnded(state.status) || state.ending !== undefined) return { events: [] };
  const { autoRollbackEnabled } = command;
  const wish = autoRollbackEnabled === undefined ? {} : { autoRollbackEnabled };
  const requested: DeploymentEvent = {
    type: 'StopRequested',
    data: { ...wish, deadline: deadlines.task(command.at) },
  };
  if (state.status !== 'Created') return { events: [requested] };
  // Nothing is known yet of what it goes to, and so nothing has to be undone: the workflow finds that it has ended.
  const { ending } = foresee(state, [requested], command);
  if (ending === undefined) throw new Error('what is stopped has a reason to end');
  const { code, message } = ending;
  const rollback = { status: 'none', reason: whyNoRollback(state, ending) ?? NOTHING_MOVED } as const;
  return { events: [requested, { type: 'DeploymentStopped', data: { code, message, rollback } }] };
}

export function expire(state: ExistingDeployment, command: Issued): Decision<DeploymentEvent> {
  if (command.at < state.created.ceiling) return { events: [] };
  const { computePlatform } = state.created;
  const hours = computePlatform === 'Lambda' ? 50 : 12;
  const message = `The deployment lived longer than the ${hours} hours that a ${computePlatform} deployment may take.`;
  return { events: failureFound(state, { code: 'TIMEOUT', message, at: command.at }) };
}

/** The last task: everything before it is on record, so it only has to say how it ended. */
export function finish(
  state: ExistingDeployment,
  command: FinishDeployment & Issued,
): Decision<DeploymentEvent> {
  fence(state, command.executionArn);
  if (hasEnded(state.status)) return { events: [] };
  if (state.created.computePlatform === 'Server') return finishFleet(state, command);
  if (state.ending === undefined && isShifted(state) && mayFollow(state, 'AfterAllowTraffic')) {
    return {
      events: [...instantSuccess(state, 'AfterAllowTraffic'), { type: 'DeploymentSucceeded', data: {} }],
    };
  }
  const message = `The workflow ended before the deployment did: ${command.error ?? 'no reason was given'}.`;
  return endEarly(state, failureFound(state, { code: 'INTERNAL_ERROR', message, at: command.at }), command);
}

/** A reason to end stays; without one, the targets say how it went. */
function finishFleet(
  state: ExistingDeployment,
  command: FinishDeployment & Issued,
): Decision<DeploymentEvent> {
  const { error, overview, unreached, at } = command;
  const ended = endOfFleet(command);
  if (state.ending !== undefined) return endEarly(state, [], command);
  if (state.fleet === undefined || overview === undefined || error !== undefined || overview.skipped > 0) {
    const message = `The workflow ended before the deployment did: ${error ?? 'no reason was given'}.`;
    return endEarly(state, failureFound(state, { code: 'INTERNAL_ERROR', message, at }), command);
  }
  const failure = fleetFailure(state, overview);
  if (failure === undefined) return { events: [{ type: 'DeploymentSucceeded', data: ended }] };
  const reason = tooFewHealthy(failure, overview.failed, unreached);
  return endEarly(state, failureFound(state, { ...reason, at }), command);
}

/** What fails may say much. */
const LONGEST_FAILURE = 500;

function endOfFleet({ overview, firstFailure }: FleetEnd): FleetEnd {
  return {
    ...(overview === undefined ? {} : { overview }),
    ...(firstFailure === undefined ? {} : { firstFailure: firstFailure.slice(0, LONGEST_FAILURE) }),
  };
}

function isShifted({ admission, traffic }: ExistingDeployment): boolean {
  return admission !== undefined && traffic.step === admission.steps.length;
}

/** Ends what has a reason to end, `found` being the reason where none is on record yet. */
export function endEarly(
  before: ExistingDeployment,
  found: readonly DeploymentEvent[],
  command: Pick<FinishDeployment, 'rollbackDeploymentId'> & FleetEnd & Issued,
): Decision<DeploymentEvent> {
  const state = foresee(before, found, command);
  const reason = state.ending;
  if (reason === undefined) throw new Error('a deployment that ends early has a reason');
  const left = trafficLeft(state);
  const none = whyNoRollback(state, reason, command);
  const end: DeploymentEndedEarly = {
    ...codeAndMessage(state, reason, left),
    ...endOfFleet(command),
    rollback:
      none === undefined
        ? { status: 'triggered', deploymentId: command.rollbackDeploymentId }
        : { status: 'none', reason: none },
  };
  return {
    events: [
      ...found,
      ...left,
      { type: reason.status === 'Stopped' ? 'DeploymentStopped' : 'DeploymentFailed', data: end },
    ],
    alongside: none === undefined ? rollbackCommands(state, command.rollbackDeploymentId) : [],
  };
}

/** The one case in which traffic stays divided: nobody could restore it. */
function trafficLeft(state: ExistingDeployment): readonly DeploymentEvent[] {
  const { admission, restore, traffic } = state;
  if (admission === undefined || restore?.status === 'done') return [];
  const divided = (traffic.weight > 0 && traffic.weight < 100) || traffic.inFlight !== undefined;
  if (!divided) return [];
  const { functionName, functionAlias } = admission.target;
  const why =
    restore?.status === 'failed' ? restore.message : 'The function that restores it did not answer.';
  const command = aliasCommand(admission.target, homeVersion(state) ?? admission.versionBefore);
  const message =
    `The alias ${functionAlias} of ${functionName} may still divide its traffic between two versions, ` +
    `because it could not be restored: ${sentence(why)} Run: ${command}`;
  return [{ type: 'TrafficLeftWeighted', data: { message, command } }];
}

/** What AWS says ends with a full stop only sometimes. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** Where traffic is left divided because of the role, the role is what the user has to mend. */
function codeAndMessage(
  state: ExistingDeployment,
  reason: Ending,
  left: readonly DeploymentEvent[],
): Pick<DeploymentEndedEarly, 'code' | 'message'> {
  const [event] = left;
  if (event?.type !== 'TrafficLeftWeighted') return { code: reason.code, message: reason.message };
  const hindrance = state.restore?.status === 'failed' ? state.restore.code : reason.code;
  const code =
    hindrance === 'IAM_ROLE_MISSING' || hindrance === 'IAM_ROLE_PERMISSIONS' ? hindrance : reason.code;
  return { code, message: `${reason.message} ${event.data.message}` };
}
