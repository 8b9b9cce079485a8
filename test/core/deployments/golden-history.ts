import type { Actor } from '../../../core/decider.ts';
import { alarmMessage } from '../../../core/alarms/alarm-message.ts';
import { application } from '../../../core/registry/application.ts';
import { deploymentConfig } from '../../../core/registry/deployment-config.ts';
import { deploymentGroup } from '../../../core/registry/deployment-group.ts';
import { commandTo } from '../../../functions/runtime/execute.ts';
import type { MemoryEventStore } from '../../support/memory-event-store.ts';
import {
  type Does,
  APPLICATION,
  GROUP,
  ROLE,
  arn,
  by,
  create,
  finish,
  policy,
  reference,
  register,
  registration,
  restore,
  shift,
  startTo,
  to,
} from './golden-commands.ts';
import { goldenClock } from './golden-clock.ts';
import { hooksValidate } from './golden-hooks.ts';
import { tagged } from './golden-tags.ts';

const ada: Actor = { type: 'user', id: 'arn:aws:iam::123456789012:user/ada' };
const pipeline: Actor = { type: 'user', id: 'arn:aws:sts::123456789012:assumed-role/ci/run-77' };
const sweep: Actor = { type: 'clock', id: 'sweep' };
const alarm: Actor = { type: 'alarm', id: 'checkout-5xx' };

const CONFIG = 'a0000000-0000-4000-8000-000000000003';

/** 2026-11-02T09:00:00Z */
const STARTS_AT = 1_793_610_000_000;

/**
 * A morning of one team, told by the real commands: a canary succeeds, the next one is stopped by its alarm and rolled
 * back, one is stopped by hand, one loses its execution and then its role, and one is validated by functions. Every kind of event occurs in it.
 */
export async function goldenHistory(): Promise<MemoryEventStore> {
  const { store, does } = goldenClock(STARTS_AT);
  await registry(does);
  await canarySucceeds(does);
  await alarmRollsBack(does);
  await stoppedByHand(does);
  await roleIsLost(does);
  await hooksValidate(does);
  await cleanUp(does);
  await tagged(does);
  await notTold(does);
  return store;
}

async function registry(does: Does): Promise<void> {
  const app = `application#${APPLICATION}`;
  const data = { applicationId: APPLICATION, applicationName: 'store', computePlatform: 'Lambda' } as const;
  await does(ada, 0, commandTo(application, app, { type: 'CreateApplication', data }));
  const newApplicationName = 'shop';
  await does(
    ada,
    4_000,
    commandTo(application, app, { type: 'RenameApplication', data: { newApplicationName } }),
  );
  await does(
    ada,
    9_000,
    commandTo(deploymentConfig, `deployment-config#${CONFIG}`, {
      type: 'CreateDeploymentConfig',
      data: {
        deploymentConfigId: CONFIG,
        deploymentConfigName: 'TwentyForTwoMinutes',
        computePlatform: 'Lambda',
        trafficRoutingConfig: {
          type: 'TimeBasedCanary',
          timeBasedCanary: { canaryPercentage: 20, canaryInterval: 2 },
        },
      },
    }),
  );
  const group = `deployment-group#${GROUP}`;
  await does(
    ada,
    30_123,
    commandTo(deploymentGroup, group, {
      type: 'CreateDeploymentGroup',
      data: {
        deploymentGroupId: GROUP,
        applicationId: APPLICATION,
        deploymentGroupName: 'production',
        computePlatform: 'Lambda',
        applicationName: 'shop',
        settings: {
          serviceRoleArn: ROLE,
          deploymentConfigName: 'TwentyForTwoMinutes',
          deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
        },
      },
    }),
  );
  await does(
    ada,
    20_001,
    commandTo(deploymentGroup, group, {
      type: 'UpdateDeploymentGroup',
      data: {
        applicationName: 'shop',
        currentDeploymentGroupName: 'production',
        newDeploymentGroupName: 'live',
        settings: {
          alarmConfiguration: { enabled: true, alarms: [{ name: 'checkout-5xx' }] },
          autoRollbackConfiguration: {
            enabled: true,
            events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
          },
        },
      },
    }),
  );
}

async function canarySucceeds(does: Does): Promise<void> {
  await does(pipeline, 60_000, register(1, 2), create('d-GOLDEN001', 1, 2, { description: 'Release 2' }));
  await startTo(does, 'd-GOLDEN001', 1, 2);
  await shift(does, 'd-GOLDEN001', 1);
  await shift(does, 'd-GOLDEN001', 2, 120_300);
  await finish(does, 'd-GOLDEN001', 'd-NEVER0001');
  await does(ada, 5_000, {
    ...register(1, 2),
    command: { type: 'RegisterRevision', data: { ...registration(1, 2), description: 'the good one' } },
  });
}

async function alarmRollsBack(does: Does): Promise<void> {
  await does(pipeline, 600_000, register(2, 3), create('d-GOLDEN002', 2, 3));
  await startTo(does, 'd-GOLDEN002', 2, 3, { previousRevision: reference(1, 2) });
  await shift(does, 'd-GOLDEN002', 1);
  const alarmNames = ['checkout-5xx'];
  const raised = { reason: 'ringing' as const, alarmNames, message: alarmMessage(alarmNames) };
  await does(alarm, 41_700, to('d-GOLDEN002', { type: 'RaiseAlarm', data: raised }));
  await restore(does, 'd-GOLDEN002', 2);
  await finish(does, 'd-GOLDEN002', 'd-GOLDEN003');
  await startTo(does, 'd-GOLDEN003', 3, 2, { alreadyInPlace: true, versionBefore: '2' });
  await shift(does, 'd-GOLDEN003', 1, 40, 'found');
  await finish(does, 'd-GOLDEN003', 'd-NEVER0002');
}

async function stoppedByHand(does: Does): Promise<void> {
  await does(ada, 900_000, create('d-GOLDEN004', 2, 3, { description: 'Once more' }));
  await startTo(does, 'd-GOLDEN004', 2, 3, { skippedChecks: ['whether version 3 exists'] });
  await does(by('d-GOLDEN004'), 30, to('d-GOLDEN004', { type: 'BeginShift', data: arn('d-GOLDEN004') }));
  const postponed = { step: 1, reason: 'throttled', message: 'Rate exceeded', random: 0.5, policy } as const;
  await does(
    by('d-GOLDEN004'),
    700,
    to('d-GOLDEN004', { type: 'PostponeShift', data: { ...arn('d-GOLDEN004'), ...postponed } }),
  );
  await shift(does, 'd-GOLDEN004', 1, 15_010);
  await does(ada, 8_000, to('d-GOLDEN004', { type: 'StopDeployment', data: { autoRollbackEnabled: false } }));
  await restore(does, 'd-GOLDEN004', 2);
  await finish(does, 'd-GOLDEN004', 'd-NEVER0003');
}

/** Its execution dies in the shift, and the one that replaces it may not touch the alias any more. */
async function roleIsLost(does: Does): Promise<void> {
  const id = 'd-GOLDEN005';
  await does(pipeline, 900_000, create(id, 2, 3));
  const busy = { ...arn(id), message: 'Rate exceeded', random: 0.5 };
  await does(by(id), 300, to(id, { type: 'PostponeAdmission', data: busy }));
  await startTo(does, id, 2, 3);
  await does(by(id), 30, to(id, { type: 'BeginShift', data: arn(id) }));
  const replacementArns = [2, 3, 4].map((attempt) => arn(`${id}-${attempt}`).executionArn);
  const reason = 'Nothing was written past the deadline.';
  const repair = { replacementArns, reason, rollbackDeploymentId: 'd-GOLDEN006' };
  await does(sweep, 240_000, to(id, { type: 'RepairDeployment', data: repair }));
  const second = arn(`${id}-2`);
  await does(by(`${id}-2`), 300, to(id, { type: 'BeginRestore', data: second }));
  const denied = {
    code: 'IAM_ROLE_PERMISSIONS',
    message: `The service role ${ROLE} cannot be assumed.`,
  } as const;
  await does(by(`${id}-2`), 300, to(id, { type: 'FailRestore', data: { ...second, ...denied } }));
  await does(
    by(`${id}-2`),
    300_000,
    to(id, { type: 'FinishDeployment', data: { ...second, rollbackDeploymentId: 'd-GOLDEN006' } }),
  );
  const lost = { ...arn('d-GOLDEN006'), ...denied };
  await does(by('d-GOLDEN006'), 200, to('d-GOLDEN006', { type: 'FailDeployment', data: lost }));
  await finish(does, 'd-GOLDEN006', 'd-NEVER0004');
}

async function cleanUp(does: Does): Promise<void> {
  const usedByDeploymentGroups: readonly string[] = [];
  await does(
    ada,
    60_000,
    commandTo(deploymentGroup, `deployment-group#${GROUP}`, { type: 'DeleteDeploymentGroup', data: {} }),
  );
  await does(
    ada,
    3_000,
    commandTo(deploymentConfig, `deployment-config#${CONFIG}`, {
      type: 'DeleteDeploymentConfig',
      data: { usedByDeploymentGroups },
    }),
  );
  const other = 'a0000000-0000-4000-8000-000000000004';
  const data = { applicationId: other, applicationName: 'brief', computePlatform: 'Lambda' } as const;
  const stream = `application#${other}`;
  await does(ada, 1_000, commandTo(application, stream, { type: 'CreateApplication', data }));
  await does(ada, 1_000, commandTo(application, stream, { type: 'DeleteApplication', data: {} }));
}

/** Long after its end: a trigger that came late is published again, twice, to a topic that is gone. */
async function notTold(does: Does): Promise<void> {
  const id = 'd-GOLDEN007';
  const data = {
    version: 1,
    triggerName: 'ops-deploys',
    topicArn: 'arn:aws:sns:eu-central-1:123456789012:ops',
    triggerEvent: 'DeploymentStart',
    code: 'TOPIC_MISSING',
    message: 'Topic does not exist',
  } as const;
  const failure = to(id, { type: 'RecordNotificationFailure', data });
  await does({ type: 'deployment', id }, 60_000, failure);
  await does({ type: 'deployment', id }, 60_000, failure);
}
