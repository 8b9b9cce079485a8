import type { Aggregate, Decision, Issued, Row } from '../decider.ts';
import { Refusal } from '../refusal.ts';
import { unreachable } from '../unreachable.ts';
import type { ActiveDeploymentRow } from '../views/deployment-rows.ts';
import { deploymentRows } from '../views/deployment-rows.ts';
import { rowKeys } from '../views/row-keys.ts';
import { alarmRaised } from './alarm-raised.ts';
import { admit, fail, postponeAdmission } from './admission.ts';
import { deadlines } from './deadlines.ts';
import type { CreateDeployment, DeploymentCommand } from './deployment-commands.ts';
import type { DeploymentEvent } from './deployment-events.ts';
import type { Deployment } from './deployment-state.ts';
import { admitFleet, beginWave, continueWave } from './fleet.ts';
import { absent } from './deployment-state.ts';
import { evolve } from './deployment-evolution.ts';
import { expire, finish, stop } from './ending.ts';
import { answerHook, beginHook, timeOutHook } from './hooks.ts';
import { recordNotificationFailure } from './notification-failure.ts';
import { repair } from './repair.ts';
import {
  beginRestore,
  beginShift,
  completeRestore,
  completeShift,
  failRestore,
  postponeShift,
} from './traffic.ts';

/** One deployment: stream `deployment#d-…`. */
export const deployment: Aggregate<Deployment, DeploymentCommand, DeploymentEvent> = {
  name: 'deployment',
  initial: absent,
  decide,
  evolve,
  rows: (state) => (state.status === 'Absent' ? [] : deploymentRows(state)),
  taken,
};

function decide(state: Deployment, command: DeploymentCommand & Issued): Decision<DeploymentEvent> {
  if (command.type === 'CreateDeployment') return create(state, command);
  if (state.status === 'Absent') {
    throw new Refusal('DeploymentDoesNotExistException', 'There is no such deployment.');
  }
  switch (command.type) {
    case 'AdmitDeployment':
      return admit(state, { ...command, ...command.data });
    case 'PostponeAdmission':
      return postponeAdmission(state, { ...command, ...command.data });
    case 'FailDeployment':
      return fail(state, { ...command, ...command.data });
    case 'BeginHook':
      return beginHook(state, { ...command, ...command.data });
    case 'AnswerHook':
      return answerHook(state, { ...command, ...command.data });
    case 'TimeOutHook':
      return { events: timeOutHook(state, command) };
    case 'BeginShift':
      return beginShift(state, { ...command, ...command.data });
    case 'PostponeShift':
      return postponeShift(state, { ...command, ...command.data });
    case 'CompleteShift':
      return completeShift(state, { ...command, ...command.data });
    case 'AdmitFleet':
      return admitFleet(state, { ...command, ...command.data });
    case 'BeginWave':
      return beginWave(state, { ...command, ...command.data });
    case 'ContinueWave':
      return continueWave(state, command);
    case 'RaiseAlarm':
      return { events: alarmRaised(state, { ...command, ...command.data }) };
    case 'StopDeployment':
      return stop(state, { ...command, ...command.data });
    case 'BeginRestore':
      return beginRestore(state, { ...command, ...command.data });
    case 'CompleteRestore':
      return completeRestore(state, { ...command, ...command.data });
    case 'FailRestore':
      return failRestore(state, { ...command, ...command.data });
    case 'FinishDeployment':
      return finish(state, { ...command, ...command.data });
    case 'ExpireDeployment':
      return expire(state, command);
    case 'RepairDeployment':
      return repair(state, { ...command, ...command.data });
    case 'RecordNotificationFailure':
      return recordNotificationFailure(state, command.data);
    default:
      return unreachable(command);
  }
}

function create(
  state: Deployment,
  command: { readonly data: CreateDeployment } & Issued,
): Decision<DeploymentEvent> {
  if (state.status !== 'Absent') throw new Error(`the id ${command.data.deploymentId} was drawn twice`);
  const { data, at } = command;
  const created = {
    ...data,
    deadline: deadlines.task(at),
    ceiling: deadlines.ceiling(at, data.computePlatform),
  };
  return {
    events: [{ type: 'DeploymentCreated', data: created }],
    requires: [
      {
        ...rowKeys.application(data.applicationId),
        refusal: new Refusal(
          'ApplicationDoesNotExistException',
          `No application found for name: ${data.applicationName}`,
        ),
      },
      {
        ...rowKeys.deploymentGroup(data.deploymentGroupId),
        refusal: new Refusal(
          'DeploymentGroupDoesNotExistException',
          `No deployment group found for name: ${data.deploymentGroupName}`,
        ),
      },
    ],
  };
}

/** The one exclusive row is the group's lock. Clients parse this text for the id. */
function taken(row: Row, existing: Row): Refusal | undefined {
  if (row.pk !== existing.pk || !row.pk.startsWith('active-deployment#')) return undefined;
  const { deploymentGroupName } = row.data as ActiveDeploymentRow;
  const { deploymentId } = existing.data as ActiveDeploymentRow;
  return new Refusal(
    'DeploymentLimitExceededException',
    `The deployment group '${deploymentGroupName}' already has an active Deployment '${deploymentId}'. Wait for its end, or stop it.`,
  );
}
