import { describe, expect, it } from 'vitest';
import { deploymentGroup } from '../../../core/registry/deployment-group.ts';
import { checkTriggerRegion } from '../../../core/registry/trigger-configuration.ts';
import { given } from '../given.ts';
import { create, defaults, identity, required, update } from './given-group.ts';

const trigger = (name: string, more: object = {}) => ({
  triggerName: name,
  triggerTargetArn: `arn:aws:sns:eu-central-1:123456789012:${name}`,
  triggerEvents: ['DeploymentStart', 'DeploymentFailure'],
  ...more,
});
const created = (settings: object = {}) =>
  ({
    type: 'DeploymentGroupCreated',
    data: { ...identity, settings: { ...defaults, ...settings } },
  }) as never;

describe('the triggers of a group', () => {
  it('are taken as given, ten at most', () => {
    const triggerConfigurations = Array.from({ length: 10 }, (_, index) => trigger(`t${index}`));
    given(deploymentGroup)
      .when(create({ ...required, triggerConfigurations }))
      .then([created({ triggerConfigurations })]);
  });

  it('are kept by an update without them, replaced by others and cleared by an empty list', () => {
    const triggerConfigurations = [trigger('one')];
    const before = [created({ triggerConfigurations })];
    given(deploymentGroup, before)
      .when(update({ deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes' }))
      .then([
        {
          type: 'DeploymentGroupSettingsChanged',
          data: { settings: { deploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes' } },
        },
      ]);
    given(deploymentGroup, before).when(update({ triggerConfigurations })).then([]);
    for (const replaced of [[trigger('two')], []]) {
      given(deploymentGroup, before)
        .when(update({ triggerConfigurations: replaced }))
        .then([
          {
            type: 'DeploymentGroupSettingsChanged',
            data: { settings: { triggerConfigurations: replaced as never } },
          },
        ]);
    }
    given(deploymentGroup, [created()])
      .when(update({ triggerConfigurations: [] }))
      .then([]);
  });

  it.each([
    ['has no name', [trigger('', {})]],
    ['101 characters', [trigger('t'.repeat(101))]],
    ['no standard SNS topic', [trigger('t', { triggerTargetArn: 'ops' })]],
    [
      'no standard SNS topic',
      [trigger('t', { triggerTargetArn: 'arn:aws:sqs:eu-central-1:123456789012:ops' })],
    ],
    [
      'no standard SNS topic',
      [trigger('t', { triggerTargetArn: 'arn:aws:sns:eu-central-1:123456789012:ops.fifo' })],
    ],
    ['names no events', [trigger('t', { triggerEvents: [] })]],
    ['unknown', [trigger('t', { triggerEvents: ['deploymentstart'] })]],
    ['used twice', [trigger('t'), trigger('t', { triggerTargetArn: trigger('u').triggerTargetArn })]],
    [
      'two triggers notify',
      [trigger('t'), trigger('u', { triggerTargetArn: trigger('t').triggerTargetArn })],
    ],
  ])(
    'are refused where one %s, without the words that clients wait upon: %j',
    (text, triggerConfigurations) => {
      for (const sentence of [
        given(deploymentGroup).when(create({ ...required, triggerConfigurations })),
        given(deploymentGroup, [created()]).when(update({ triggerConfigurations })),
      ]) {
        sentence.refused('InvalidTriggerConfigException', text);
        sentence.refused('InvalidTriggerConfigException', /^(?!.*Topic ARN)/i);
      }
    },
  );

  it('are refused by a limit of their own where they are too many', () => {
    const triggerConfigurations = Array.from({ length: 11 }, (_, index) => trigger(`t${index}`));
    given(deploymentGroup)
      .when(create({ ...required, triggerConfigurations }))
      .refused('TriggerTargetsLimitExceededException', 'at most 10');
  });

  it('are refused where a topic is in another region', () => {
    expect(() => checkTriggerRegion([trigger('t')], 'eu-central-1')).not.toThrow();
    expect(() => checkTriggerRegion([trigger('t')], 'us-east-1')).toThrow('in another region');
  });
});
