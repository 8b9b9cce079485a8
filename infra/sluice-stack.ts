import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { EventStore } from './event-store.ts';
import { FrontDoor } from './front-door.ts';
import type { Place } from './local-differences.ts';
import { Notifications } from './notifications.ts';
import { OwnAlarms } from './own-alarms.ts';
import { Reactions } from './reactions.ts';
import { ServiceRoles } from './service-roles.ts';
import { Workflows } from './workflows.ts';

export interface SluiceStackProps {
  readonly place: Place;
  /** Where `bundleFunctions` has put the code. */
  readonly bundleFolder: string;
}

interface Parts {
  readonly store: EventStore;
  readonly serviceRoles: ServiceRoles;
  readonly workflows: Workflows;
  readonly frontDoor: FrontDoor;
  readonly reactions: Reactions;
  readonly notifications: Notifications;
}

export class SluiceStack extends Stack {
  constructor(scope: Construct, props: SluiceStackProps) {
    const { place, bundleFolder } = props;
    super(scope, place.stackName, {
      description: 'Sluice: an event-sourced CodeDeploy of your own',
      terminationProtection: place.terminationProtection,
    });
    const store = new EventStore(this, 'Store', place.stackName);
    const foundation = { place, store, bundleFolder };
    const serviceRoles = new ServiceRoles(this, 'ServiceRoles', place);
    const workflows = new Workflows(this, 'Workflows', foundation, serviceRoles);
    const frontDoor = new FrontDoor(this, 'FrontDoor', foundation, serviceRoles);
    const reactions = new Reactions(this, 'Reactions', foundation, workflows);
    const notifications = new Notifications(this, 'Notifications', foundation);
    new OwnAlarms(this, 'OwnAlarms', {
      stackName: place.stackName,
      functions: [
        ...frontDoor.functions,
        ...workflows.functions,
        ...reactions.functions,
        notifications.notify,
      ],
      deadLetters: reactions.deadLetters,
      unpublished: notifications.deadLetters,
    });
    this.tell({ store, serviceRoles, workflows, frontDoor, reactions, notifications });
    this.output('GitHubKeyArn', frontDoor.hosts.gitHubKey.keyArn, 'Encrypts the tokens for GitHub');
  }

  /** What scripts and people need to know of the stack. */
  private tell({ store, serviceRoles, workflows, frontDoor, reactions, notifications }: Parts): void {
    this.output('ApiEndpoint', frontDoor.endpoint, 'The endpoint URL for clients of CodeDeploy');
    this.output(
      'HostsEndpoint',
      `${frontDoor.endpoint}hosts`,
      'Where agents on hosts call, with a secret behind it, and where instances of EC2 enrol themselves',
    );
    this.output(
      'OutputBucketName',
      frontDoor.hosts.outputs.bucketName,
      'The whole output of scripts on hosts, for 90 days',
    );
    this.output(
      'AlarmTopicArn',
      reactions.alarmTopic.topicArn,
      'Alarms that should stop deployments notify it',
    );
    this.output('LogTableName', store.log.tableName, 'The events');
    this.output('RowsTableName', store.rows.tableName, 'The read model');
    this.output('LiveTableName', store.live.tableName, 'Tokens of waits');
    this.output(
      'LambdaServiceRoleArn',
      serviceRoles.lambda.roleArn,
      'Ready to be named by deployment groups',
    );
    this.output('ServerServiceRoleArn', serviceRoles.server.roleArn, 'The same for deployments to instances');
    this.output(
      'TrustedPrincipals',
      serviceRoles.trustedPrincipals,
      'Patterns of aws:PrincipalArn that a service role of your own must trust',
    );
    this.output(
      'StateMachineLambda',
      workflows.lambda.stateMachineArn,
      'The workflow of the Lambda platform',
    );
    this.output(
      'StateMachineHook',
      workflows.hook.stateMachineArn,
      'The child that calls validation functions',
    );
    this.output(
      'StateMachineInPlace',
      workflows.server.stateMachineArn,
      'The workflow of deployments to instances',
    );
    this.output(
      'StateMachineInstance',
      workflows.instance.stateMachineArn,
      'The child that leads one instance through its lifecycle',
    );
    this.output(
      'NotificationTopicArn',
      notifications.topic.topicArn,
      'Subscribe to it to be told of every event of every deployment',
    );
    this.output(
      'EventBusName',
      notifications.bus.eventBusName,
      'Where rules find the changes of deployments',
    );
    this.output(
      'NotifyFunctionName',
      notifications.notify.functionName,
      '`sluice republish` invokes it to publish once more',
    );
    this.output('OnDeadlineFunctionName', reactions.onDeadline.functionName, 'Invoke it to sweep at once');
  }

  private output(name: string, value: string, description: string): void {
    new CfnOutput(this, name, { value, description });
  }
}
