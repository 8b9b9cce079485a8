import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { join } from 'node:path';
import type { SluiceFunction } from './sluice-function.ts';

const definitions = join(import.meta.dirname, '..', 'state-machines');

/** `tasks` and `children` are the substitutions that the definition names, and all that the machine may start. */
export function workflowMachine(
  scope: Construct,
  stackName: string,
  name: string,
  tasks: Readonly<Record<string, SluiceFunction>>,
  children: Readonly<Record<string, StateMachine>> = {},
): StateMachine {
  const machine = new StateMachine(scope, capitalized(name), {
    definitionBody: DefinitionBody.fromFile(join(definitions, `${name}.asl.json`)),
    definitionSubstitutions: Object.fromEntries([
      ...Object.entries(tasks).map(([substitution, task]) => [substitution, task.functionArn]),
      ...Object.entries(children).map(([substitution, child]) => [substitution, child.stateMachineArn]),
    ]),
    stateMachineType: StateMachineType.STANDARD,
    tracingEnabled: true,
    logs: {
      destination: new LogGroup(scope, `${capitalized(name)}Log`, {
        // Step Functions appends to one policy of limited size for each log group that has no such prefix.
        logGroupName: `/aws/vendedlogs/states/${stackName}-${name}`,
        retention: RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      level: LogLevel.ALL,
      // The event log says it better, and an execution that was started by hand holds the caller's AppSpec.
      includeExecutionData: false,
    },
  });
  machine.addToRolePolicy(
    new PolicyStatement({
      actions: ['lambda:InvokeFunction'],
      resources: Object.values(tasks).map((task) => task.functionArn),
    }),
  );
  for (const child of Object.values(children)) {
    child.grantStartExecution(machine);
  }
  return machine;
}

export function executionsOf(machine: StateMachine): string {
  const executions = `${Aws.REGION}:${Aws.ACCOUNT_ID}:execution:${machine.stateMachineName}:*`;
  return `arn:${Aws.PARTITION}:states:${executions}`;
}

/** `in-place` is InPlace. */
function capitalized(name: string): string {
  return name.replace(/(?:^|-)(?<first>[a-z])/g, (_, first: string) => first.toUpperCase());
}
