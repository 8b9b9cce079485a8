import { describe, expect, it } from 'vitest';
import { eventMessage } from '../../../core/notifications/event-message.ts';
import { stateChange } from '../../../core/notifications/state-change.ts';
import { HOME, goldenMoment, goldenMoments, iso } from './golden-moments.ts';

const idsOfGoldenDeployments = [1, 2, 3, 4, 5, 6, 7].map((number) => `d-GOLDEN00${number}`);

describe('the message of the stack', () => {
  it('says what happened, in words and as data, and how the deployment was then', () => {
    const { event, after } = goldenMoment('d-GOLDEN002', 'DeploymentStopped');
    const { subject, message, attributes, mail } = eventMessage(event, after, iso);
    const sentence =
      'Stopped: ALARM_ACTIVE Alarms fired and the deployment was stopped: <checkout-5xx> (rolled back by d-GOLDEN003)';
    expect(JSON.parse(message)).toEqual({
      eventId: `deployment#d-GOLDEN002@${event.version}`,
      type: 'DeploymentStopped',
      at: iso(event.at),
      sentence,
      deploymentId: 'd-GOLDEN002',
      applicationName: 'shop',
      deploymentGroupName: 'live',
      status: 'Stopped',
      creator: 'user',
      errorInformation: {
        code: 'ALARM_ACTIVE',
        message: 'Alarms fired and the deployment was stopped: <checkout-5xx>',
      },
      data: event.data,
    });
    expect(attributes).toEqual({
      application: 'shop',
      group: 'live',
      event: 'DeploymentStopped',
      status: 'Stopped',
      creator: 'user',
    });
    expect(subject).toBe('DeploymentStopped: d-GOLDEN002 of shop / live');
    expect(mail?.startsWith(`${sentence}\n`)).toBe(true);
  });

  it('is there for every event, one that was not told to a trigger included', () => {
    const types = new Set(
      idsOfGoldenDeployments.flatMap(goldenMoments).map(({ event, after }) => {
        const { message } = eventMessage(event, after, iso);
        return (JSON.parse(message) as { readonly type: string }).type;
      }),
    );
    expect(types).toContain('NotificationFailed');
    expect(types).toContain('DeploymentAdmitted');
  });

  it('tells the status of then and not of later', () => {
    const statuses = goldenMoments('d-GOLDEN001').map(
      ({ event, after }) => eventMessage(event, after, iso).attributes['status'],
    );
    expect(statuses[0]).toBe('Created');
    expect(statuses[1]).toBe('InProgress');
    expect(statuses.at(-1)).toBe('Succeeded');
  });

  it('leaves the data out where SNS could not take it', () => {
    const { event, after } = goldenMoment('d-GOLDEN001', 'DeploymentAdmitted');
    const data = { ...event.data, skippedChecks: ['ü'.repeat(120_000)] } as typeof event.data;
    const { message, mail = '' } = eventMessage({ ...event, data } as typeof event, after, iso);
    expect(JSON.parse(message)).not.toHaveProperty('data');
    expect(Buffer.byteLength(message + mail)).toBeLessThan(20_000);
    expect(JSON.parse(eventMessage(event, after, iso).message)).toHaveProperty('data');
  });

  it('fits with the mail into what SNS takes, as both are sent: quoted once more', () => {
    const { event, after } = goldenMoment('d-GOLDEN001', 'DeploymentAdmitted');
    const data = { ...event.data, skippedChecks: ['"'.repeat(90_000)] } as typeof event.data;
    const { message, mail = '' } = eventMessage({ ...event, data } as typeof event, after, iso);
    expect(Buffer.byteLength(JSON.stringify({ default: message, email: mail }))).toBeLessThan(256 * 1024);
  });
});

describe('the bus', () => {
  it('is told of a change of state in the form of CodeDeploy, with the id of the event beside it', () => {
    const { event, after } = goldenMoment('d-GOLDEN005', 'DeploymentFailed');
    expect(stateChange(event, after, HOME)).toEqual({
      detailType: 'CodeDeploy Deployment State-change Notification',
      detail: {
        region: 'eu-north-1',
        application: 'shop',
        deploymentGroup: 'live',
        instanceGroupId: after.created.deploymentGroupId,
        deploymentId: 'd-GOLDEN005',
        state: 'FAILURE',
        eventId: `deployment#d-GOLDEN005@${event.version}`,
      },
      resources: [
        'arn:aws:codedeploy:eu-north-1:210987654321:deploymentgroup:shop/live',
        'arn:aws:codedeploy:eu-north-1:210987654321:application:shop',
      ],
      at: event.at,
    });
  });

  it.each([
    ['d-GOLDEN001', ['START', 'SUCCESS']],
    ['d-GOLDEN002', ['START', 'STOP']],
    ['d-GOLDEN005', ['START', 'FAILURE']],
  ])('is told of %s: %j', (id, states) => {
    const told = goldenMoments(id).flatMap(
      ({ event, after }) => stateChange(event, after, HOME)?.detail.state ?? [],
    );
    expect(told).toEqual(states);
  });
});
