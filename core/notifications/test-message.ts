import type { ResourceHome } from '../registry/resource-arn.ts';
import type { Notification } from './notification.ts';
import { subjectOf } from './notification.ts';

/** What a topic is sent when a trigger that names it is created or updated: JSON as well, for receivers that parse it. */
export function testMessage(
  { triggerName, triggerEvents }: { readonly triggerName: string; readonly triggerEvents: readonly string[] },
  group: { readonly applicationName: string; readonly deploymentGroupName: string },
  { region, accountId }: ResourceHome,
): Notification {
  const { applicationName, deploymentGroupName } = group;
  const text = `This is a test: the trigger ${triggerName} will tell this topic of ${triggerEvents.join(', ')}.`;
  return {
    subject: subjectOf(`TEST: AWS CodeDeploy trigger in ${region} for ${applicationName}`),
    message: JSON.stringify({
      region,
      accountId,
      eventTriggerName: triggerName,
      applicationName,
      deploymentGroupName,
      message: text,
    }),
    attributes: {},
  };
}
