import { describe, expect, it } from 'vitest';
import { deadlines } from '../../../core/deployments/deadlines.ts';
import type { DeploymentEvent } from '../../../core/deployments/deployment-events.ts';
import { deployment } from '../../../core/deployments/deployment.ts';
import { ISSUED_AT, folded, given } from '../given.ts';
import { FLEET_ID, fleetOrder, hostAt } from './given-fleet.ts';
import {
  admit,
  admitted,
  beginWave,
  created,
  failure,
  finish,
  hosts,
  resolved,
  stopped,
  wave,
} from './given-fleet-deployment.ts';

const rowsOf = (events: readonly DeploymentEvent[], pk: string) =>
  deployment.rows(folded(deployment, events)).filter((row) => row.pk === pk);

describe('the admission of a fleet', () => {
  it('fixes its instances, their order and how many of them must stay healthy', () => {
    const half = created({ minimumHealthyHosts: { type: 'FLEET_PERCENT', value: 50 } });
    given(deployment, [half])
      .when(admit(hosts(5)))
      .then([admitted(5, 3), resolved(hosts(5))]);
    const more = { upToDate: 2, skippedChecks: ['whether alarms ring'] };
    const { state } = given(deployment, [created()])
      .when(admit(hosts(2), more))
      .then([admitted(2, 1, more), resolved(hosts(2))]);
    expect(state).toMatchObject({ status: 'InProgress', fleetTargets: hosts(2) });
  });

  it('counts the minimum of a predefined configuration by its name', () => {
    const minimumHealthyHosts = { type: 'FLEET_PERCENT', value: 50 } as const;
    const halfAtATime = created(
      { minimumHealthyHosts },
      { deploymentConfigName: 'CodeDeployDefault.HalfAtATime' },
    );
    given(deployment, [halfAtATime])
      .when(admit(hosts(1)))
      .then([admitted(1, 0), resolved(hosts(1))]);
  });

  it('of a large fleet takes several events, in the order of start, and small rows', () => {
    const all = hosts(401);
    const { state } = given(deployment, [created()])
      .when(admit(all))
      .then([
        admitted(401, 1),
        resolved(all.slice(0, 200)),
        resolved(all.slice(200, 400)),
        resolved(all.slice(400)),
      ]);
    expect(state).toMatchObject({ fleetTargets: all });
    const chunks = deployment.rows(state).filter(({ pk }) => pk === `fleet#${FLEET_ID}`);
    expect(chunks).toHaveLength(11);
    expect(chunks.flatMap(({ data }) => data['targets'])).toEqual(all);
    const keys = chunks.map(({ sk }) => sk);
    expect(keys).toEqual([...keys].sort());
    const [own] = rowsOf([created(), admitted(401, 1), resolved(all)], `deployment#${FLEET_ID}`);
    expect(own?.data).not.toHaveProperty('fleetTargets');
  });

  it('fails where nothing could be touched, with all instances spared and nothing to roll back', () => {
    const three = created({ minimumHealthyHosts: { type: 'HOST_COUNT', value: 3 } });
    const message =
      'The configuration Own keeps 3 instances healthy and the group has 3, so that none may be deployed to. Lower the minimum, or add instances.';
    const found = failure('HEALTH_CONSTRAINTS_INVALID', message);
    given(deployment, [three])
      .when(admit(hosts(3)))
      .then([admitted(3, 3), resolved(hosts(3)), found]);
    const overview = { succeeded: 0, failed: 0, skipped: 3 };
    const reason = 'There is nothing to roll back: the deployment ended before it had moved anything.';
    given(deployment, [three, admitted(3, 3), resolved(hosts(3)), found])
      .when(finish({ overview }))
      .then([
        {
          type: 'DeploymentFailed',
          data: {
            code: 'HEALTH_CONSTRAINTS_INVALID',
            message,
            overview,
            rollback: { status: 'none', reason },
          },
        },
      ])
      .alongside();
  });

  it('ends in the same append where an alarm rings already, unless nothing could be touched anyway', () => {
    const rings = { reason: 'ringing', alarmNames: ['checkout-5xx'], message: 'It rings.' } as const;
    const data = { ...rings, deadline: deadlines.task(ISSUED_AT) };
    given(deployment, [created()])
      .when(admit(hosts(2), { alarm: rings }))
      .then([admitted(2, 1), resolved(hosts(2)), { type: 'AlarmRaised', data }]);
    const { state } = given(deployment, [created({ minimumHealthyHosts: { type: 'HOST_COUNT', value: 3 } })])
      .when(admit(hosts(3), { alarm: rings }))
      .then([admitted(3, 3), resolved(hosts(3)), expect.objectContaining({ type: 'FailureFound' })]);
    expect(state).toMatchObject({ ending: { code: 'HEALTH_CONSTRAINTS_INVALID' } });
  });

  it('fails at once where a zone could not be touched when its turn comes', () => {
    const one = { minimumHealthyHostsPerZone: { type: 'HOST_COUNT', value: 1 } } as const;
    const zonal = { minimumHealthyHosts: { type: 'HOST_COUNT', value: 1 }, zonal: one } as const;
    const uneven = [...hosts(3, 'eu-north-1a'), ...hosts(1, 'eu-north-1b', 3)];
    const message =
      'The configuration Own keeps 1 instances of each zone healthy and the group has 1 in eu-north-1b, so that none of those may be deployed to. Lower the minimum, or add instances.';
    given(deployment, [created(zonal)])
      .when(admit(uneven))
      .then([admitted(4, 1), resolved(uneven), failure('HEALTH_CONSTRAINTS_INVALID', message)]);
    const even = [...hosts(2, 'eu-north-1a'), ...hosts(2, 'eu-north-1b', 2)];
    given(deployment, [created(zonal)])
      .when(admit(even))
      .then([admitted(4, 1), resolved(even)]);
    given(deployment, [created({ ...zonal, zonal: {} })])
      .when(admit(uneven))
      .then([admitted(4, 1), resolved(uneven)]);
  });

  it('is one, and none of a deployment that is about to end or has ended', () => {
    for (const before of [[admitted(2, 1), resolved(hosts(2))], [stopped]])
      given(deployment, [created(), ...before])
        .when(admit(hosts(2)))
        .then([]);
    const another = { ...admit(hosts(2)), data: { executionArn: 'another', targets: hosts(2) } } as never;
    given(deployment, [created(), admitted(2, 1)])
      .when(another)
      .refused('DeploymentAlreadyStartedException');
  });
});

describe('a wave', () => {
  const ready = [created(), admitted(3, 1), resolved(hosts(3))];
  const first = wave({ positions: [[0, 3]], slots: 2 });
  const open = (events: readonly DeploymentEvent[]) =>
    rowsOf(events, `deployment#${FLEET_ID}`).filter(({ sk }) => sk === 'open');

  it('is begun with as many slots as may be unavailable, and targets may be claimed from then on', () => {
    given(deployment, ready)
      .when(beginWave(['unclaimed', 'unclaimed', 'unclaimed']))
      .then([first]);
    expect(open(ready)).toEqual([]);
    expect(open([...ready, first])).toMatchObject([
      { data: { deploymentId: FLEET_ID, wave: 1, slots: 2, positions: [[0, 3]], revisionId: 'revision-1' } },
    ]);
  });

  it('goes on with what the last one has left, with fewer slots for each failure', () => {
    given(deployment, [...ready, first])
      .when(beginWave(['failed', 'succeeded', 'unclaimed']))
      .then([wave({ wave: 2, positions: [[2, 3]], slots: 1 })]);
  });

  it('that has no room for another instance fails the deployment, and nothing may be claimed', () => {
    const message =
      'Too many instances failed: 2 of 3, where at least 1 must stay healthy. 1 was not touched.';
    const found = failure('HEALTH_CONSTRAINTS', message);
    given(deployment, [...ready, first])
      .when(beginWave(['failed', 'failed', 'unclaimed']))
      .then([found]);
    expect(open([...ready, first, found])).toEqual([]);
  });

  it('that claimed nothing is followed by the same again, but not for ever', () => {
    const results = ['succeeded', 'unclaimed', 'unclaimed'] as const;
    const again = (number: number) =>
      wave({ wave: number, positions: [[1, 3]], slots: 2, ...(number > 2 && { idleWaves: number - 2 }) });
    const waves = [first];
    for (let number = 2; number <= 9; number += 1) {
      given(deployment, [...ready, ...waves])
        .when(beginWave(results))
        .then([again(number)]);
      waves.push(again(number));
    }
    const message =
      'In 8 waves in a row no instance could be begun: every attempt to claim one failed. The log of the function lifecycle/claim says why.';
    given(deployment, [...ready, ...waves])
      .when(beginWave(results))
      .then([failure('INTERNAL_ERROR', message)]);
    given(deployment, [...ready, ...waves])
      .when(beginWave(['succeeded', 'failed', 'unclaimed']))
      .then([wave({ wave: 10, positions: [[2, 3]], slots: 1 })]);
  });

  it('is not begun where nothing waits, before the admission, or of a deployment that is about to end', () => {
    given(deployment, [...ready, first])
      .when(beginWave(['failed', 'succeeded', 'succeeded']))
      .then([]);
    given(deployment, [created()]).when(beginWave([])).then([]);
    given(deployment, [...ready, stopped])
      .when(beginWave(['unclaimed', 'unclaimed', 'unclaimed']))
      .then([]);
    expect(open([...ready, first, stopped])).toEqual([]);
  });

  it('is continued by the sweep once its time is over, while hosts are at work', () => {
    const due = deadlines.wave(ISSUED_AT);
    const go = { type: 'ContinueWave', data: {} } as const;
    given(deployment, [...ready, first])
      .when(go, { at: due - 1 })
      .then([]);
    given(deployment, [...ready, first])
      .when(go, { at: due })
      .then([{ type: 'WaveContinued', data: { wave: 1, deadline: deadlines.wave(due) } }]);
    given(deployment, ready).when(go, { at: due }).then([]);
  });
});

describe('a fleet that goes zone by zone', () => {
  const zonal = { monitorDurationInSeconds: 60 };
  const targets = [...hosts(2, 'a'), hostAt(2, 'b')];
  const fleet = { minimumHealthyHosts: { type: 'HOST_COUNT', value: 0 }, zonal } as const;
  const before = [
    created(fleet),
    admitted(3, 0),
    resolved(targets),
    wave({ positions: [[0, 2]], slots: 2, zone: 'a' }),
  ];
  const results = ['succeeded', 'succeeded', 'unclaimed'] as const;
  const watching = (seconds: number): DeploymentEvent => {
    const endsAt = ISSUED_AT + seconds * 1000;
    return { type: 'ZoneMonitoringStarted', data: { zone: 'a', endsAt, deadline: endsAt + 60_000 } };
  };

  it('begins with the first zone alone', () => {
    given(deployment, before.slice(0, 3))
      .when(beginWave(['unclaimed', 'unclaimed', 'unclaimed']))
      .then(before.slice(3));
  });

  it('watches a zone that is done to its end, and then goes on to the next', () => {
    given(deployment, before)
      .when(beginWave(results))
      .then([watching(60)]);
    const after = [...before, watching(60)];
    given(deployment, after)
      .when(beginWave(results), { at: ISSUED_AT + 59_999 })
      .then([]);
    const at = ISSUED_AT + 60_000;
    given(deployment, after)
      .when(beginWave(results), { at })
      .then([
        {
          type: 'WaveStarted',
          data: { wave: 2, positions: [[2, 3]], slots: 1, zone: 'b', deadline: deadlines.wave(at) },
        },
      ]);
  });

  it('watches as long as time is scaled where it runs', () => {
    given(deployment, before)
      .when(beginWave(results, 20))
      .then([watching(3)]);
  });
});

describe('the order of a fleet', () => {
  it('is asked for in a deployment that may take twelve hours', () => {
    const at = ISSUED_AT;
    const events = deployment.decide(deployment.initial, {
      type: 'CreateDeployment',
      data: fleetOrder(),
      id: 'c',
      at,
      actor: { type: 'user', id: 'ada' },
    }).events;
    expect(events).toMatchObject([
      { type: 'DeploymentCreated', data: { ceiling: at + 12 * 60 * 60 * 1000 } },
    ]);
  });
});
