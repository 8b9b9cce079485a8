import { describe, expect, it } from 'vitest';
import type {
  DeploymentEndedEarly,
  DeploymentEvent,
  FleetEnd,
  FleetOverview,
} from '../../../core/deployments/deployment-events.ts';
import { deployment } from '../../../core/deployments/deployment.ts';
import { ISSUED_AT, folded, given, someone } from '../given.ts';
import { FLEET_ID, PREVIOUS, fleetOrder } from './given-fleet.ts';
import {
  ROLLBACK_ID,
  admitted,
  created,
  failure,
  finish,
  hosts,
  resolved,
  stopped,
  wave,
} from './given-fleet-deployment.ts';

const overview = (succeeded: number, failed: number, skipped = 0): FleetOverview => ({
  succeeded,
  failed,
  skipped,
});
const begun = [admitted(3, 2), resolved(hosts(3)), wave({ positions: [[0, 3]], slots: 1 })];
const three = { minimumHealthyHosts: { type: 'HOST_COUNT', value: 2 } } as const;
const impossible = 'No rollback is possible: no earlier deployment of this group has succeeded.';
const failed = (data: Omit<DeploymentEndedEarly, 'rollback'>, rollback: DeploymentEndedEarly['rollback']) =>
  ({ type: 'DeploymentFailed', data: { ...data, rollback } }) as const;
const triggered = { status: 'triggered', deploymentId: ROLLBACK_ID } as const;

/** What a rollback of `order` is. */
const rollback = (order: ReturnType<typeof fleetOrder>) => {
  const { updateOutdatedInstancesOnly: _, zonal: __, ...fleet } = order.fleet;
  return {
    aggregate: 'deployment',
    stream: `deployment#${ROLLBACK_ID}`,
    command: {
      type: 'CreateDeployment',
      data: {
        ...order,
        deploymentId: ROLLBACK_ID,
        revision: PREVIOUS.revision,
        creator: 'codeDeployRollback',
        autoRollback: { enabled: false, events: [] },
        alarms: { names: [], ignorePollAlarmFailure: false },
        fleet: { ...fleet, updateOutdatedInstancesOnly: false, fileExistsBehavior: 'OVERWRITE' },
        rollbackOf: { deploymentId: FLEET_ID },
      },
    },
    orphan: true,
  };
};

describe('a fleet that is through', () => {
  it('has succeeded where enough instances have, whatever became of the last', () => {
    for (const counts of [overview(3, 0), overview(2, 1)]) {
      const { state } = given(deployment, [created(three), ...begun])
        .when(finish({ overview: counts }))
        .then([{ type: 'DeploymentSucceeded', data: { overview: counts } }]);
      expect(state.status).toBe('Succeeded');
    }
  });

  it('has failed where too few have', () => {
    const message =
      'Too few instances are healthy: the deployment succeeded on 1 of 3 and failed on 2, where at least 2 must succeed.';
    const reason = impossible;
    given(deployment, [created(three), ...begun])
      .when(finish({ overview: overview(1, 2) }))
      .then([
        failure('HEALTH_CONSTRAINTS', message),
        failed({ code: 'HEALTH_CONSTRAINTS', message, overview: overview(1, 2) }, { status: 'none', reason }),
      ])
      .alongside();
  });

  it('keeps what failed first, so that nobody has to look at every instance for it, but not a novel', () => {
    given(deployment, [created(three), ...begun])
      .when(finish({ overview: overview(2, 1), firstFailure: `i-1 failed first: ${'x'.repeat(1000)}` }))
      .then([
        {
          type: 'DeploymentSucceeded',
          data: { overview: overview(2, 1), firstFailure: `i-1 failed first: ${'x'.repeat(482)}` },
        },
      ]);
  });

  it('needs one that succeeded, where nothing has to stay healthy', () => {
    const all = [admitted(2, 0), resolved(hosts(2)), wave({ positions: [[0, 2]], slots: 2 })];
    const order = created({ minimumHealthyHosts: { type: 'HOST_COUNT', value: 0 } });
    given(deployment, [order, ...all])
      .when(finish({ overview: overview(1, 1) }))
      .then([{ type: 'DeploymentSucceeded', data: { overview: overview(1, 1) } }]);
    const { state } = given(deployment, [order, ...all])
      .when(finish({ overview: overview(0, 2) }))
      .then([
        failure(
          'HEALTH_CONSTRAINTS',
          'Too few instances are healthy: the deployment succeeded on 0 of 2 and failed on 2, where at least 1 must succeed.',
        ),
        failed(
          {
            code: 'HEALTH_CONSTRAINTS',
            message:
              'Too few instances are healthy: the deployment succeeded on 0 of 2 and failed on 2, where at least 1 must succeed.',
            overview: overview(0, 2),
          },
          { status: 'none', reason: impossible },
        ),
      ]);
    expect(state.status).toBe('Failed');
  });

  it('of which all had the revision already has succeeded on none', () => {
    given(deployment, [created(three), admitted(0, 2, { upToDate: 3 })])
      .when(finish({ overview: overview(0, 0) }))
      .then([{ type: 'DeploymentSucceeded', data: { overview: overview(0, 0) } }]);
  });

  it('is through only where nothing was left, and where its workflow did not fail', () => {
    const cases = [
      [{ overview: overview(2, 0, 1) }, 'no reason was given'],
      [{ overview: overview(3, 0), error: 'States.Runtime' }, 'States.Runtime'],
      [{}, 'no reason was given'],
    ] as const;
    for (const [data, why] of cases) {
      const message = `The workflow ended before the deployment did: ${why}.`;
      const counts = 'overview' in data ? { overview: data.overview } : {};
      given(deployment, [created(three), ...begun])
        .when(finish(data))
        .then([
          failure('INTERNAL_ERROR', message),
          failed({ code: 'INTERNAL_ERROR', message, ...counts }, { status: 'none', reason: impossible }),
        ]);
    }
  });

  it('ends once', () => {
    const done = { type: 'DeploymentSucceeded', data: { overview: overview(3, 0) } } as const;
    given(deployment, [created(three), ...begun, done])
      .when(finish({ overview: overview(0, 3) }))
      .then([]);
  });
});

describe('the rollback of a fleet', () => {
  const known = { ...three, previous: PREVIOUS };

  it('brings back the last good revision as it was installed, without zones and alarms, to whoever is in the group', () => {
    const change = { ...known, zonal: { monitorDurationInSeconds: 60 }, updateOutdatedInstancesOnly: true };
    const message = 'Too many';
    given(deployment, [created(change), ...begun, failure('HEALTH_CONSTRAINTS', message)])
      .when(finish({ overview: overview(1, 1, 1) }))
      .then([failed({ code: 'HEALTH_CONSTRAINTS', message, overview: overview(1, 1, 1) }, triggered)])
      .alongside(rollback(fleetOrder(change)));
  });

  it('is a deployment that can be created, and is never rolled back itself', () => {
    const back = rollback(fleetOrder(known)).command.data as ReturnType<typeof fleetOrder>;
    const [event] = deployment.decide(deployment.initial, {
      type: 'CreateDeployment',
      data: back,
      id: 'c',
      at: ISSUED_AT,
      actor: someone,
    }).events;
    if (event === undefined) throw new Error('nothing was created');
    const reason = 'A rollback is never rolled back itself.';
    given(deployment, [event, ...begun, failure('HEALTH_CONSTRAINTS', 'Too many')])
      .when(finish({ overview: overview(1, 1, 1) }))
      .then([
        failed(
          { code: 'HEALTH_CONSTRAINTS', message: 'Too many', overview: overview(1, 1, 1) },
          { status: 'none', reason },
        ),
      ])
      .alongside();
  });

  it('follows a stop and an alarm where that is configured or wished for', () => {
    const alarm = {
      type: 'RaiseAlarm',
      data: { reason: 'ringing', alarmNames: ['checkout-5xx'], message: 'rings' },
    } as const;
    const { state } = given(deployment, [created(known), ...begun])
      .when(alarm)
      .then([{ type: 'AlarmRaised', data: { ...alarm.data, deadline: expect.any(Number) as number } }]);
    expect(state).toMatchObject({ ending: { status: 'Stopped', cause: 'alarm', code: 'ALARM_ACTIVE' } });
    const wished = {
      type: 'StopRequested',
      data: { autoRollbackEnabled: true, deadline: ISSUED_AT },
    } as const;
    const silent = created(known, { autoRollback: { enabled: false, events: [] } });
    expect(endOf([silent, ...begun, wished])).toMatchObject({
      type: 'DeploymentStopped',
      data: { code: 'MANUAL_STOP', rollback: triggered },
    });
  });

  it('is not there where it is not configured, not wished for, where nothing was begun, and nothing was good before', () => {
    const why = (...events: readonly DeploymentEvent[]) => {
      const { rollback: back } = endOf(events).data;
      return back.status === 'none' ? back.reason : 'it is';
    };
    const none = created(known, { autoRollback: { enabled: true, events: ['DEPLOYMENT_FAILURE'] } });
    expect(why(none, ...begun, stopped)).toBe(
      'No automatic rollback is configured for DEPLOYMENT_STOP_ON_REQUEST.',
    );
    const unwished = {
      type: 'StopRequested',
      data: { autoRollbackEnabled: false, deadline: ISSUED_AT },
    } as const;
    expect(why(created(known), ...begun, unwished)).toBe(
      'No rollback was wanted by the request that stopped the deployment.',
    );
    expect(why(created(known), ...begun.slice(0, 2), stopped)).toBe(
      'There is nothing to roll back: the deployment ended before it had moved anything.',
    );
    expect(why(created(three), ...begun, stopped)).toBe(impossible);
    expect(why(created(known), ...begun, stopped)).toBe('it is');
  });

  it('is not there either where a wave was begun and no instance was, as far as that is known', () => {
    const events = [created(known), ...begun, failure('INTERNAL_ERROR', 'None could be claimed')];
    const rollbackWith = (counts?: FleetOverview) =>
      endOf(events, counts === undefined ? {} : { overview: counts }).data.rollback;
    expect(rollbackWith(overview(0, 0, 3))).toEqual({
      status: 'none',
      reason: 'There is nothing to roll back: the deployment ended before it had moved anything.',
    });
    for (const counts of [overview(1, 0, 2), overview(0, 1, 2), undefined])
      expect(rollbackWith(counts)).toEqual(triggered);
  });
});

/** How it ends after these events, unless otherwise said with one instance done and two that were never begun. */
function endOf(events: readonly DeploymentEvent[], end: FleetEnd = { overview: overview(1, 0, 2) }) {
  const issued = { id: 'c', at: ISSUED_AT, actor: someone };
  const asked = { ...finish(end), ...issued };
  return deployment.decide(folded(deployment, events), asked).events.at(-1) as DeploymentEvent & {
    readonly data: DeploymentEndedEarly;
  };
}
