import { describe, expect, it } from 'vitest';
import { deployment } from '../../../core/deployments/deployment.ts';
import type { DeploymentEvent } from '../../../core/deployments/deployment-events.ts';
import { createDeployment } from '../../support/a-deployment.ts';
import { given } from '../given.ts';

const failure = {
  version: 1,
  triggerName: 'ops',
  topicArn: 'arn:aws:sns:eu-central-1:123456789012:ops',
  triggerEvent: 'DeploymentStart',
  code: 'TOPIC_MISSING',
  message: 'Topic does not exist',
} as const;
const created: DeploymentEvent = {
  type: 'DeploymentCreated',
  data: { ...createDeployment('d-1').data, deadline: 1, ceiling: 2 },
};
const failed: DeploymentEvent = { type: 'NotificationFailed', data: failure };
const ended: DeploymentEvent = {
  type: 'DeploymentFailed',
  data: { code: 'TIMEOUT', message: 'late', rollback: { status: 'none', reason: 'none' } },
};
const record = (change: object = {}) =>
  ({ type: 'RecordNotificationFailure', data: { ...failure, ...change } }) as const;

describe('a trigger that was not told', () => {
  it('of the hosts of a fleet is recorded once for all of them, for each kind of event', () => {
    const ofHost = { targetId: 'i-1', triggerEvent: 'InstanceStart', version: 1 } as const;
    const first: DeploymentEvent = { type: 'NotificationFailed', data: { ...failure, ...ofHost } };
    given(deployment, [created, failed]).when(record(ofHost)).then([first]);
    given(deployment, [created, first])
      .when(record({ ...ofHost, targetId: 'i-2' }))
      .then([]);
    const another = { ...ofHost, targetId: 'i-2', triggerEvent: 'InstanceFailure', version: 5 } as const;
    const second: DeploymentEvent = { type: 'NotificationFailed', data: { ...failure, ...another } };
    given(deployment, [created, first]).when(record(another)).then([second]);
    given(deployment, [created, first]).when(record()).then([failed]);
  });

  it('is recorded, also after the end', () => {
    given(deployment, [created]).when(record()).then([failed]);
    given(deployment, [created, ended]).when(record()).then([failed]);
  });

  it('is recorded once for each event and trigger, whatever the reason is the next time', () => {
    given(deployment, [created, failed])
      .when(record({ code: 'TOPIC_DENIED', message: 'another reason' }))
      .then([]);
    for (const other of [{ version: 2 }, { triggerName: 'others' }]) {
      given(deployment, [created, failed])
        .when(record(other))
        .then([{ type: 'NotificationFailed', data: { ...failure, ...other } }]);
    }
  });

  it('changes nothing else of the deployment', () => {
    const { state } = given(deployment, [created, failed]);
    const { notificationFailures, ...rest } = state as typeof state & { notificationFailures: unknown };
    expect(rest).toEqual(given(deployment, [created]).state);
    expect(notificationFailures).toEqual([{ version: 1, triggerName: 'ops' }]);
  });
});
