import {
  CreateDeploymentGroupCommand,
  GetDeploymentGroupCommand,
  UpdateDeploymentGroupCommand,
} from '@aws-sdk/client-codedeploy';
import { expect, test } from 'vitest';
import type { AssumedRole } from '../../../functions/adapters/service-roles.ts';
import { STACK_ROLE, api } from '../../support/api.ts';
import { STYLE, both } from '../../support/api-groups.ts';

const arn = (name: string) => `arn:aws:sns:eu-central-1:123456789012:${name}`;
const trigger = (name: string) => ({
  triggerName: name,
  triggerTargetArn: arn(name),
  triggerEvents: ['DeploymentStart', 'DeploymentFailure'] as ('DeploymentStart' | 'DeploymentFailure')[],
});
const create = { ...both, serviceRoleArn: STACK_ROLE, deploymentStyle: STYLE };
const update = { applicationName: 'quotes', currentDeploymentGroupName: 'live' };

async function anApplication() {
  const one = api();
  await one.ok('CreateApplication', { applicationName: 'quotes', computePlatform: 'Lambda' });
  return one;
}

async function triggersOf({ client }: Pick<Awaited<ReturnType<typeof anApplication>>, 'client'>) {
  const { deploymentGroupInfo } = await client.send(new GetDeploymentGroupCommand(both));
  return deploymentGroupInfo?.triggerConfigurations;
}

test('triggers are answered as given, kept by an update without them and cleared by an empty list', async () => {
  const one = await anApplication();
  const triggerConfigurations = [trigger('one'), trigger('two')];
  await one.client.send(new CreateDeploymentGroupCommand({ ...create, triggerConfigurations }));
  expect(await triggersOf(one)).toEqual(triggerConfigurations);
  await one.client.send(new UpdateDeploymentGroupCommand({ ...update, outdatedInstancesStrategy: 'IGNORE' }));
  expect(await triggersOf(one)).toEqual(triggerConfigurations);
  const [found] = (await one.ok('BatchGetDeploymentGroups', { ...both, deploymentGroupNames: ['live'] }))
    .deploymentGroupsInfo;
  expect(found.triggerConfigurations).toEqual(triggerConfigurations);
  await one.client.send(new UpdateDeploymentGroupCommand({ ...update, triggerConfigurations: [] }));
  expect(await triggersOf(one)).toEqual([]);
});

test('each trigger that is given is sent a test message, with the rights of the role of the group', async () => {
  const one = await anApplication();
  const credentials = { accessKeyId: 'of', secretAccessKey: 'the', sessionToken: 'role' };
  one.roles.set(STACK_ROLE, { assume: (): AssumedRole => ({ status: 'assumed', credentials }) });
  await one.ok('CreateDeploymentGroup', create);
  expect(one.topics.sent).toEqual([]);
  await one.ok('UpdateDeploymentGroup', {
    ...update,
    triggerConfigurations: [trigger('one'), trigger('two')],
  });
  expect(one.topics.sent.map(({ topicArn }) => topicArn)).toEqual([arn('one'), arn('two')]);
  const [first] = one.topics.sent;
  expect(first?.by).toBe(credentials);
  expect(first?.subject).toBe('TEST: AWS CodeDeploy trigger in eu-central-1 for quotes');
  expect(JSON.parse(first?.message ?? '')).toMatchObject({
    eventTriggerName: 'one',
    applicationName: 'quotes',
    deploymentGroupName: 'live',
  });
  await one.ok('UpdateDeploymentGroup', { ...update, outdatedInstancesStrategy: 'IGNORE' });
  expect(one.topics.sent).toHaveLength(2);
});

test('a topic that is missing is refused with the words that clients wait upon', async () => {
  const one = await anApplication();
  one.topics.answers.set(arn('gone'), { status: 'missing', message: 'Topic does not exist' });
  const triggerConfigurations = [trigger('gone')];
  const given = { ...create, triggerConfigurations };
  await one.refused(
    'CreateDeploymentGroup',
    given,
    'InvalidTriggerConfigException',
    `Topic ARN ${arn('gone')}`,
  );
  await one.ok('CreateDeploymentGroup', create);
  const changed = { ...update, triggerConfigurations };
  await one.refused('UpdateDeploymentGroup', changed, 'InvalidTriggerConfigException', 'Topic ARN');
});

test('a topic that the role may not publish to is refused with the statement that the role lacks', async () => {
  const one = await anApplication();
  one.topics.answers.set(arn('ops'), { status: 'denied', message: 'not authorized to perform SNS:Publish' });
  const given = { ...create, triggerConfigurations: [trigger('ops')] };
  const message = await one.refused(
    'CreateDeploymentGroup',
    given,
    'InvalidTriggerConfigException',
    STACK_ROLE,
  );
  expect(message).toContain(JSON.stringify({ Effect: 'Allow', Action: 'sns:Publish', Resource: arn('ops') }));
  expect(message).not.toMatch(/Topic ARN/i);
});

test('a topic that takes no message, and an SNS that does not answer, are told apart', async () => {
  const one = await anApplication();
  const given = { ...create, triggerConfigurations: [trigger('ops')] };
  one.topics.answers.set(arn('ops'), { status: 'refused', message: 'Invalid parameter' });
  await one.refused('CreateDeploymentGroup', given, 'InvalidTriggerConfigException', 'takes no message');
  one.topics.answers.set(arn('ops'), new Error('socket hang up'));
  await one.refused('CreateDeploymentGroup', given, 'ThrottlingException', 'Try again');
});

test('nothing is sent before everything else has been checked', async () => {
  const one = await anApplication();
  const given = { ...create, triggerConfigurations: [trigger('ops')] };
  const elsewhere = [{ ...trigger('ops'), triggerTargetArn: 'arn:aws:sns:us-east-1:123456789012:ops' }];
  await one.refused(
    'CreateDeploymentGroup',
    { ...create, triggerConfigurations: elsewhere },
    'InvalidTriggerConfigException',
    'another region',
  );
  const many = Array.from({ length: 11 }, (_, index) => trigger(`t${index}`));
  await one.refused(
    'CreateDeploymentGroup',
    { ...create, triggerConfigurations: many },
    'TriggerTargetsLimitExceededException',
  );
  one.roles.set(STACK_ROLE, { assume: () => ({ status: 'denied', message: 'no' }) });
  await one.refused('CreateDeploymentGroup', given, 'InvalidRoleException');
  expect(one.topics.sent).toEqual([]);
});
