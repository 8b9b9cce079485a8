import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { join } from 'node:path';
import type { Foundation } from './foundation.ts';
import { grantAssumeServiceRoles, grantReadServiceRoles } from './service-roles.ts';
import { SluiceFunction } from './sluice-function.ts';

const definitions = join(import.meta.dirname, '..', 'state-machines');

/** The state machines, one per platform, and the functions of their states. */
export class Workflows extends Construct {
  readonly functions: readonly SluiceFunction[];
  readonly lambda: StateMachine;

  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id);
    const { store, place } = foundation;
    const admit = new SluiceFunction(this, 'Admit', {
      foundation,
      entry: 'lifecycle/admit',
      description:
        'State Admit: checks that the deployment can run, or creates it where it was started by hand',
      rights: 'writer',
      timeout: TASK_TIMEOUT,
      environment: { ...store.tables, ...place.policy },
    });
    const allowTraffic = new SluiceFunction(this, 'AllowTraffic', {
      foundation,
      entry: 'lifecycle/allow-traffic',
      description:
        'States AllowTraffic and RestoreTraffic: moves the weights of an alias, and parks the bake',
      rights: 'writer',
      timeout: TASK_TIMEOUT,
      environment: { ...store.tables, LIVE_TABLE: store.live.tableName, ...place.policy },
    });
    const finish = new SluiceFunction(this, 'Finish', {
      foundation,
      entry: 'lifecycle/finish',
      description: 'State Finish: ends the deployment, and creates its rollback where one is due',
      rights: 'writer',
      timeout: TASK_TIMEOUT,
      environment: { ...store.tables, ...place.policy },
    });
    this.functions = [admit, allowTraffic, finish];
    for (const task of this.functions) {
      store.grantAppend(task);
      grantAssumeServiceRoles(task, place);
      grantReadServiceRoles(task);
    }
    store.grantPark(allowTraffic);
    grantAnswerTokens(allowTraffic);

    this.lambda = this.machine(place.stackName, 'lambda', {
      AdmitFunctionArn: admit,
      AllowTrafficFunctionArn: allowTraffic,
      FinishFunctionArn: finish,
    });
  }

  get environment(): { readonly LAMBDA_STATE_MACHINE_ARN: string } {
    return { LAMBDA_STATE_MACHINE_ARN: this.lambda.stateMachineArn };
  }

  /** To start executions, to see whether one that exists is the same, and to stop one that is replaced. */
  grantStart(grantee: IGrantable): void {
    this.lambda.grantStartExecution(grantee);
    const executions = `${Aws.REGION}:${Aws.ACCOUNT_ID}:execution:${this.lambda.stateMachineName}:*`;
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['states:DescribeExecution', 'states:StopExecution'],
        resources: [`arn:${Aws.PARTITION}:states:${executions}`],
      }),
    );
  }

  /** `tasks` are the substitutions that the definition names, and all that the machine may invoke. */
  private machine(
    stackName: string,
    name: string,
    tasks: Readonly<Record<string, SluiceFunction>>,
  ): StateMachine {
    const machine = new StateMachine(this, capitalized(name), {
      definitionBody: DefinitionBody.fromFile(join(definitions, `${name}.asl.json`)),
      definitionSubstitutions: Object.fromEntries(
        Object.entries(tasks).map(([substitution, task]) => [substitution, task.functionArn]),
      ),
      stateMachineType: StateMachineType.STANDARD,
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, `${capitalized(name)}Log`, {
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
    return machine;
  }
}

/** Ends before the timeout of the state does, so that a task which is given up on no longer acts. */
const TASK_TIMEOUT = Duration.seconds(60);

/** Any token: these two actions take no resource. The token itself, which cannot be guessed, is the right to answer. */
export function grantAnswerTokens(grantee: IGrantable): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['states:SendTaskFailure', 'states:SendTaskSuccess'], resources: ['*'] }),
  );
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
