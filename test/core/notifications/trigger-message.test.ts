import { describe, expect, it } from 'vitest';
import type { DeploymentEvent } from '../../../core/deployments/deployment-events.ts';
import { eventId } from '../../../core/notifications/notification.ts';
import { triggerOccasion } from '../../../core/notifications/trigger-event.ts';
import { triggerMessage } from '../../../core/notifications/trigger-message.ts';
import { HOME, goldenMoment, goldenMoments, utc } from './golden-moments.ts';

function told(deploymentId: string, type: DeploymentEvent['type']) {
  const { event, after } = goldenMoment(deploymentId, type);
  const occasion = triggerOccasion(event, after);
  if (occasion === undefined) throw new Error(`${type} is told to no trigger`);
  const { status } = occasion;
  return triggerMessage(
    after,
    { eventId: eventId(event), triggerName: 'ops-deploys', status, home: HOME },
    utc,
  );
}

const whose = (deploymentId: string) => ({
  region: 'eu-north-1',
  accountId: '210987654321',
  eventTriggerName: 'ops-deploys',
  applicationName: 'shop',
  deploymentId,
  deploymentGroupName: 'live',
});

describe('the message of a trigger', () => {
  it('about a creation has a null completeTime, and neither overview nor error nor rollback', () => {
    const { subject, message, attributes } = told('d-GOLDEN001', 'DeploymentCreated');
    expect(subject).toBe('CREATED: AWS CodeDeploy d-GOLDEN001 in eu-north-1 to shop');
    expect(message).toBe(
      JSON.stringify({
        ...whose('d-GOLDEN001'),
        createTime: 'Mon Nov 02 09:02:03 UTC 2026',
        completeTime: null,
        status: 'CREATED',
      }),
    );
    expect(attributes).toEqual({ eventId: 'deployment#d-GOLDEN001@1' });
  });

  it('about a success has the overview as a string of JSON with numbers, and still no rollback', () => {
    const { subject, message } = told('d-GOLDEN001', 'DeploymentSucceeded');
    expect(subject).toBe('SUCCEEDED: AWS CodeDeploy d-GOLDEN001 in eu-north-1 to shop');
    expect(message).toBe(
      JSON.stringify({
        ...whose('d-GOLDEN001'),
        createTime: 'Mon Nov 02 09:02:03 UTC 2026',
        completeTime: 'Mon Nov 02 09:04:04 UTC 2026',
        deploymentOverview: '{"Succeeded":1,"Failed":0,"Skipped":0,"InProgress":0,"Pending":0}',
        status: 'SUCCEEDED',
      }),
    );
  });

  it('about an early end has the error as a string of JSON, and an empty rollback', () => {
    const stopped = JSON.parse(told('d-GOLDEN002', 'DeploymentStopped').message) as object;
    expect(stopped).toEqual({
      ...whose('d-GOLDEN002'),
      createTime: expect.any(String) as string,
      completeTime: expect.any(String) as string,
      deploymentOverview: '{"Succeeded":0,"Failed":1,"Skipped":0,"InProgress":0,"Pending":0}',
      status: 'STOPPED',
      errorInformation:
        '{"ErrorCode":"ALARM_ACTIVE","ErrorMessage":"Alarms fired and the deployment was stopped: <checkout-5xx>"}',
      rollbackInformation: '{}',
    });
    const failed = JSON.parse(told('d-GOLDEN005', 'DeploymentFailed').message) as object;
    expect(failed).toMatchObject({ status: 'FAILED', rollbackInformation: '{}' });
  });

  it.each([
    ['DeploymentCreated', 'CREATED'],
    ['DeploymentAdmitted', 'IN_PROGRESS'],
    ['DeploymentSucceeded', 'SUCCEEDED'],
  ] as const)('about a rollback names what it undoes, at its %s', (type, status) => {
    const { subject, message } = told('d-GOLDEN003', type);
    expect(subject).toBe(`${status}: AWS CodeDeploy d-GOLDEN003 in eu-north-1 to shop`);
    const { rollbackInformation } = JSON.parse(message) as { readonly rollbackInformation: string };
    expect(JSON.parse(rollbackInformation)).toEqual({
      RollbackMessage: 'Deployment d-GOLDEN003 was triggered to roll back deployment d-GOLDEN002.',
      RollbackTriggeringDeploymentId: 'd-GOLDEN002',
    });
  });

  it('has a subject that SNS takes, however long a name is', () => {
    const { after } = goldenMoment('d-GOLDEN001', 'DeploymentCreated');
    const created = { ...after.created, applicationName: 'a'.repeat(100) };
    const { subject } = triggerMessage(
      { ...after, created },
      { eventId: '', triggerName: 't', status: 'CREATED', home: HOME },
      utc,
    );
    expect(subject).toMatch(/^CREATED: AWS CodeDeploy d-GOLDEN001 in eu-north-1 to a+\.\.\.$/);
    expect(subject).toHaveLength(99);
  });
});

describe('what triggers are told of', () => {
  const occasions = (deploymentId: string) =>
    goldenMoments(deploymentId).flatMap(({ event, after }) => {
      const occasion = triggerOccasion(event, after);
      return occasion === undefined ? [] : [`${event.type}: ${occasion.triggerEvent}`];
    });

  it('is the start and the end of a deployment, and nothing between', () => {
    expect(occasions('d-GOLDEN001')).toEqual([
      'DeploymentCreated: DeploymentStart',
      'DeploymentSucceeded: DeploymentSuccess',
    ]);
    expect(occasions('d-GOLDEN002').at(-1)).toBe('DeploymentStopped: DeploymentStop');
    expect(occasions('d-GOLDEN005').at(-1)).toBe('DeploymentFailed: DeploymentFailure');
  });

  it('is of a rollback its admission as well', () => {
    expect(occasions('d-GOLDEN003')).toEqual([
      'DeploymentCreated: DeploymentStart',
      'DeploymentAdmitted: DeploymentRollback',
      'DeploymentSucceeded: DeploymentSuccess',
    ]);
  });
});
