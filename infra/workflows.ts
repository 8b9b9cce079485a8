import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { join } from 'node:path';
import type { Foundation } from './foundation.ts';
import { grantAssumeServiceRoles, grantReadServiceRoles, type ServiceRoles } from './service-roles.ts';
import { SluiceFunction } from './sluice-function.ts';

const definitions = join(import.meta.dirname, '..', 'state-machines');

/** The state machines, one per platform, and the functions of their states. */
export class Workflows extends Construct {
  readonly functions: readonly SluiceFunction[];
  readonly lambda: StateMachine;
  /** Runs as a child, to call a validation function. */
  readonly hook: StateMachine;

  constructor(scope: Construct, id: string, foundation: Foundation, serviceRoles: ServiceRoles) {
    super(scope, id);
    const { store, place } = foundation;
    const admit = new SluiceFunction(this, 'Admit', {
      foundation,
      entry: 'lifecycle/admit',
      description:
        'State Admit: checks that the deployment can run, or creates it where it was started by hand',
      rights: 'writer',
      timeout: TASK_TIMEOUT,
      environment: { ...store.tables, ...place.policy, ...serviceRoles.environment },
    });
    const invokeHook = this.invokeHook(foundation);
    const allowTraffic = new SluiceFunction(this, 'AllowTraffic', {
      foundation,
      entry: 'lifecycle/allow-traffic',
      description:
        'States AllowTraffic and RestoreTraffic: moves the weights of an alias, and parks the bake',
      rights: 'writer',
      timeout: SHIFT_TIMEOUT,
      environment: { ...store.tables, LIVE_TABLE: store.live.tableName, ...place.policy },
    });
    const finish = new SluiceFunction(this, 'Finish', {
      foundation,
      entry: 'lifecycle/finish',
      description: 'State Finish: ends the deployment, and creates its rollback where one is due',
      rights: 'writer',
      timeout: TASK_TIMEOUT,
      environment: store.tables,
    });
    this.functions = [admit, invokeHook, allowTraffic, finish];
    for (const task of this.functions) {
      store.grantAppend(task);
      // Of an execution that was started by hand, its deployment is looked up.
      store.grantLookUp(task);
      grantAssumeServiceRoles(task, place);
    }
    store.grantCreateBelow(admit);
    store.grantList(admit);
    grantReadServiceRoles(admit);
    grantReadServiceRoles(allowTraffic);
    store.grantPark(allowTraffic);
    grantAnswerTokens(allowTraffic, 'Success', 'Failure');

    this.hook = this.machine(place.stackName, 'hook', { InvokeHookFunctionArn: invokeHook });
    this.lambda = this.machine(
      place.stackName,
      'lambda',
      { AdmitFunctionArn: admit, AllowTrafficFunctionArn: allowTraffic, FinishFunctionArn: finish },
      { HookStateMachineArn: this.hook },
    );
  }

  get environment(): { readonly LAMBDA_STATE_MACHINE_ARN: string } {
    return { LAMBDA_STATE_MACHINE_ARN: this.lambda.stateMachineArn };
  }

  private invokeHook(foundation: Foundation): SluiceFunction {
    const { store } = foundation;
    const invokeHook = new SluiceFunction(this, 'InvokeHook', {
      foundation,
      entry: 'lifecycle/invoke-hook',
      description: 'State InvokeHook: calls a validation function and waits for its end',
      rights: 'writer',
      timeout: HOOK_TIMEOUT,
      environment: { ...store.tables, LIVE_TABLE: store.live.tableName },
    });
    store.grantPark(invokeHook);
    store.grantWake(invokeHook);
    grantAnswerTokens(invokeHook, 'Success', 'Failure');
    return invokeHook;
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

  /** `tasks` and `children` are the substitutions that the definition names, and all that the machine may start. */
  private machine(
    stackName: string,
    name: string,
    tasks: Readonly<Record<string, SluiceFunction>>,
    children: Readonly<Record<string, StateMachine>> = {},
  ): StateMachine {
    const machine = new StateMachine(this, capitalized(name), {
      definitionBody: DefinitionBody.fromFile(join(definitions, `${name}.asl.json`)),
      definitionSubstitutions: Object.fromEntries([
        ...Object.entries(tasks).map(([substitution, task]) => [substitution, task.functionArn]),
        ...Object.entries(children).map(([substitution, child]) => [substitution, child.stateMachineArn]),
      ]),
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
    for (const child of Object.values(children)) {
      child.grantStartExecution(machine);
    }
    return machine;
  }
}

/** Ends before the timeout of the state does, so that a task which is given up on no longer acts. */
const TASK_TIMEOUT = Duration.seconds(60);

/** Ends before the shortest bake does, a minute, after which the state is entered again. */
const SHIFT_TIMEOUT = Duration.seconds(45);

/** A validation function may take Lambda's 15 minutes, and so may the call of it. */
const HOOK_TIMEOUT = Duration.minutes(15);

/** Any token: these actions take no resource. The token itself, which cannot be guessed, is the right to answer. */
export function grantAnswerTokens(grantee: IGrantable, ...answers: readonly ('Success' | 'Failure')[]): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: answers.map((answer) => `states:SendTask${answer}`), resources: ['*'] }),
  );
}

function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
