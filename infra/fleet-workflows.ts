import { Aws, Duration } from 'aws-cdk-lib';
import { Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Foundation } from './foundation.ts';
import { grantAssumeServiceRoles, grantReadServiceRoles, type ServiceRoles } from './service-roles.ts';
import { SluiceFunction } from './sluice-function.ts';
import { executionsOf, workflowMachine } from './workflow-machine.ts';
import { grantAnswerTokens } from './answer-tokens.ts';

/** The state machines of deployments to instances, and the functions of their states. `finish` is that of every platform. */
export class FleetWorkflows extends Construct {
  readonly functions: readonly SluiceFunction[];
  readonly inPlace: StateMachine;
  readonly instance: StateMachine;

  constructor(
    scope: Construct,
    id: string,
    foundation: Foundation,
    serviceRoles: ServiceRoles,
    finish: SluiceFunction,
  ) {
    super(scope, id);
    const admitFleet = this.admitFleet(foundation, serviceRoles);
    const nextWave = this.nextWave(foundation);
    const monitorZone = this.monitorZone(foundation);
    const claim = this.claim(foundation);
    const hostCommand = this.hostCommand(foundation);
    this.functions = [admitFleet, nextWave, monitorZone, claim, hostCommand];
    const { stackName } = foundation.place;
    this.instance = workflowMachine(this, stackName, 'instance', { HostCommandFunctionArn: hostCommand });
    this.inPlace = workflowMachine(
      this,
      stackName,
      'in-place',
      {
        AdmitFleetFunctionArn: admitFleet,
        NextWaveFunctionArn: nextWave,
        MonitorZoneFunctionArn: monitorZone,
        ClaimFunctionArn: claim,
        FinishFunctionArn: finish,
      },
      { InstanceStateMachineArn: this.instance },
    );
    this.grantFleet();
  }

  private admitFleet(foundation: Foundation, serviceRoles: ServiceRoles): SluiceFunction {
    const { store, place } = foundation;
    const admitFleet = new SluiceFunction(this, 'AdmitFleet', {
      foundation,
      entry: 'lifecycle/admit-fleet',
      description:
        'State AdmitFleet: finds the instances, or creates the deployment that was started by hand',
      rights: 'writer',
      timeout: TASK_TIMEOUT,
      environment: {
        ...store.tables,
        LIVE_TABLE: store.live.tableName,
        ...place.policy,
        ...serviceRoles.environment,
        GITHUB_BASE_URL: place.gitHubBaseUrl,
      },
    });
    store.grantAppend(admitFleet);
    store.grantLookUp(admitFleet);
    store.grantList(admitFleet);
    store.grantCreateBelow(admitFleet);
    store.grantFindGitHubTokens(admitFleet);
    grantAssumeServiceRoles(admitFleet, place);
    grantReadServiceRoles(admitFleet);
    return admitFleet;
  }

  private nextWave(foundation: Foundation): SluiceFunction {
    const { store, place } = foundation;
    const nextWave = new SluiceFunction(this, 'NextWave', {
      foundation,
      entry: 'lifecycle/next-wave',
      description: 'State NextWave: sees which targets wait, or which zone has to be watched',
      rights: 'writer',
      timeout: TASK_TIMEOUT,
      environment: { ...store.tables, ...place.policy },
    });
    store.grantAppend(nextWave);
    store.grantLookUp(nextWave);
    store.grantList(nextWave);
    return nextWave;
  }

  private monitorZone(foundation: Foundation): SluiceFunction {
    const { store } = foundation;
    const monitorZone = new SluiceFunction(this, 'MonitorZone', {
      foundation,
      entry: 'lifecycle/monitor-zone',
      description: 'State MonitorZone: parks the wait while a zone is watched',
      rights: 'reader',
      timeout: TASK_TIMEOUT,
      environment: { ...store.tables, LIVE_TABLE: store.live.tableName },
    });
    store.grantReadLog(monitorZone);
    store.grantLookUp(monitorZone);
    store.grantPark(monitorZone);
    grantAnswerTokens(monitorZone, 'Failure');
    return monitorZone;
  }

  private claim(foundation: Foundation): SluiceFunction {
    const { store } = foundation;
    const claim = new SluiceFunction(this, 'Claim', {
      foundation,
      entry: 'lifecycle/claim',
      description: 'State Claim: takes the next target for a slot',
      rights: 'writer',
      timeout: TASK_TIMEOUT,
      environment: { ...store.tables, LIVE_TABLE: store.live.tableName },
    });
    store.grantAppend(claim);
    store.grantLookUp(claim);
    store.grantCreateBelow(claim);
    store.grantDraw(claim);
    grantAnswerTokens(claim, 'Success', 'Failure');
    return claim;
  }

  private hostCommand(foundation: Foundation): SluiceFunction {
    const { store } = foundation;
    const hostCommand = new SluiceFunction(this, 'HostCommand', {
      foundation,
      entry: 'lifecycle/host-command',
      description: 'States of the lifecycle events: queues a command for a host, and parks the wait',
      rights: 'writer',
      timeout: TASK_TIMEOUT,
      environment: { ...store.tables, LIVE_TABLE: store.live.tableName },
    });
    store.grantAppend(hostCommand);
    store.grantList(hostCommand);
    store.grantCreateBelow(hostCommand);
    store.grantPark(hostCommand);
    store.grantWake(hostCommand);
    store.grantReadSigns(hostCommand);
    grantAnswerTokens(hostCommand, 'Success', 'Failure');
    return hostCommand;
  }

  /**
   * A definition from a file gets no grants of its own: the map starts itself, and waits for the instances by a rule.
   * Step Functions looks for the right to the rule when the machine is created; what names the machine comes after it.
   */
  private grantFleet(): void {
    const { inPlace, instance } = this;
    const follow = ['states:DescribeExecution', 'states:StopExecution'];
    inPlace.addToRolePolicy(new PolicyStatement({ actions: follow, resources: [executionsOf(instance)] }));
    inPlace.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [
          `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`,
        ],
      }),
    );
    const ofItself = new Policy(this, 'Fleet', {
      statements: [
        new PolicyStatement({ actions: ['states:StartExecution'], resources: [inPlace.stateMachineArn] }),
        new PolicyStatement({ actions: follow, resources: [executionsOf(inPlace)] }),
      ],
    });
    ofItself.attachToRole(inPlace.role);
  }
}

/** Ends before the timeout of the state does, so that a task which is given up on no longer acts. */
const TASK_TIMEOUT = Duration.seconds(60);
