import { Duration } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { grantAnswerTokens } from './answer-tokens.ts';
import { FleetWorkflows } from './fleet-workflows.ts';
import type { Foundation } from './foundation.ts';
import { grantAssumeServiceRoles, grantReadServiceRoles, type ServiceRoles } from './service-roles.ts';
import { SluiceFunction } from './sluice-function.ts';
import { executionsOf, workflowMachine } from './workflow-machine.ts';

/** The state machines, one per platform, and the functions of their states. */
export class Workflows extends Construct {
  readonly functions: readonly SluiceFunction[];
  readonly lambda: StateMachine;
  /** Runs as a child, to call a validation function. */
  readonly hook: StateMachine;
  /** Runs deployments to instances, in place. */
  readonly server: StateMachine;
  /** Runs as a child, to lead one instance through its lifecycle. */
  readonly instance: StateMachine;

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
    for (const task of [admit, invokeHook, allowTraffic, finish]) {
      store.grantAppend(task);
      // Of an execution that was started by hand, its deployment is looked up.
      store.grantLookUp(task);
      grantAssumeServiceRoles(task, place);
    }
    store.grantCreateBelow(admit);
    store.grantList(admit);
    // Of a fleet, how its targets ended is counted.
    store.grantList(finish);
    grantReadServiceRoles(admit);
    grantReadServiceRoles(allowTraffic);
    store.grantPark(allowTraffic);
    grantAnswerTokens(allowTraffic, 'Success', 'Failure');

    this.hook = workflowMachine(this, place.stackName, 'hook', { InvokeHookFunctionArn: invokeHook });
    this.lambda = workflowMachine(
      this,
      place.stackName,
      'lambda',
      { AdmitFunctionArn: admit, AllowTrafficFunctionArn: allowTraffic, FinishFunctionArn: finish },
      { HookStateMachineArn: this.hook },
    );
    const fleet = new FleetWorkflows(this, 'Fleet', foundation, serviceRoles, finish);
    this.server = fleet.inPlace;
    this.instance = fleet.instance;
    this.functions = [admit, invokeHook, allowTraffic, finish, ...fleet.functions];
  }

  get environment(): {
    readonly LAMBDA_STATE_MACHINE_ARN: string;
    readonly SERVER_STATE_MACHINE_ARN: string;
  } {
    return {
      LAMBDA_STATE_MACHINE_ARN: this.lambda.stateMachineArn,
      SERVER_STATE_MACHINE_ARN: this.server.stateMachineArn,
    };
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
    for (const machine of [this.lambda, this.server]) {
      machine.grantStartExecution(grantee);
      grantee.grantPrincipal.addToPrincipalPolicy(
        new PolicyStatement({
          actions: ['states:DescribeExecution', 'states:StopExecution'],
          resources: [executionsOf(machine)],
        }),
      );
    }
  }
}

/** Ends before the timeout of the state does, so that a task which is given up on no longer acts. */
const TASK_TIMEOUT = Duration.seconds(60);

/** Ends before the shortest bake does, a minute, after which the state is entered again. */
const SHIFT_TIMEOUT = Duration.seconds(45);

/** A validation function may take Lambda's 15 minutes, and so may the call of it. */
const HOOK_TIMEOUT = Duration.minutes(15);
