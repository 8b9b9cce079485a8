import type { FunctionName } from '../../functions/runtime/environment.ts';
import { connected, hostProofs } from './host-proofs.ts';
import type { Proof } from './rights.ts';
import {
  append,
  assume,
  createBelow,
  failToken,
  find,
  followStream,
  list,
  lookUp,
  park,
  readRole,
  record,
  succeedToken,
  takeBack,
} from './rights.ts';

const deployments = (title: string): Proof => ({ file: 'lambda-deployments', title });
const hooks = (title: string): Proof => ({ file: 'hooks', title });
const notifications = (title: string): Proof => ({ file: 'notifications', title });
const neverStuck = (title: string): Proof => ({ file: 'never-stuck', title });

const canary = deployments('a canary moves a tenth of the traffic, waits, and moves the rest');
const alarm = deployments('an alarm in the middle stops it, and the rollback is another deployment');
const unheard = deployments('an alarm that tells nobody is seen before the next step, which is not taken');
const stop = deployments('a stop during the bake answers Succeeded and puts the alias back whole');
const deregistered: Proof = { file: 'hosts', title: 'that is deregistered asks for work no more' };
const terminated: Proof = { file: 'enrolment', title: 'of EC2 loses its secrets when it is terminated' };
const byHand: Proof = {
  file: 'by-hand',
  title: 'runs the deployment that its input asks for, with the execution as its actor',
};
const byHandWithHooks: Proof = { file: 'by-hand', title: 'has its revision validated by hooks as well' };
const byHandKilled: Proof = {
  file: 'by-hand',
  title: 'and killed in the middle of a bake has its deployment repaired',
};
const hookReturns = hooks(
  'may return their status, and are told the function and the version that they validate',
);
const hookThrows = hooks('that throw fail the deployment at once, with the end of their log');
const hookCallsBack = hooks(
  'written for CodeDeploy, with the AWS SDK that Lambda brings, answer with the endpoint as their only change',
);
const hookDelegates = hooks('may leave it to another function to call back, long after they returned');
const hookCallsBackFailed = hooks('may so call back that they failed, and then no traffic moves');
const signedHook = hooks('may so call back, signed, on the path of all operations');
const lastLook = hooks('may have the last word but one: an alarm that told nobody is seen before the end');
const killed = neverStuck('whose execution is killed in the middle of a bake is repaired and rolled back');
const roleDeleted: Proof = {
  file: 'never-stuck',
  title: 'whose service role is deleted in the middle says so, and the group is free',
  // Whether the role is gone is asked once all tries to use it have failed.
  patienceSeconds: 60,
};
const roleGone = neverStuck('whose service role is gone from the start is refused, by hand as well');
const expired = neverStuck(
  'ends a deployment that is still there after its 50 hours, which nobody else would do',
);
const sweep: Proof = { file: 'doctor', title: 'finds nothing wrong, and says that the sweep has come' };
const poison = neverStuck('is parked in the dead-letter queue, and the deployments after it run');
const notLent: Proof = {
  file: 'front-door',
  title: 'refuses a service role that neither the stack made nor its tag gives to the application',
};

const everything = notifications(
  'tells a queue of everything, once at least and with the ids to put it in order by',
);
const triggered = notifications(
  'send a test message, and then what CodeDeploy sends of a deployment and of its rollback',
);
const topicGone = notifications('whose topic is gone fail nothing, and `sluice events` says so');
const triggerRoleGone = notifications('whose role is gone are recorded with that reason');
const onTheBus = notifications('tells a rule of the start and the end, as CodeDeploy does');
const unpublished = notifications('is parked by what notifies as well, and the events after it are told');

const servers = (title: string): Proof => ({ file: 'servers', title });
const fleet = servers(
  'goes from host to host through every lifecycle event, one at a time where the group says so',
);
const fleetByHand = servers('may be started by hand');
const lostTarget: Proof = {
  unchecked: 'only a target whose workflow or host was lost needs it: fleet.test.ts, overdue-host.test.ts',
};
const cutShort: Proof = {
  unchecked:
    'only a target that an early end meets before its host has taken the command needs it: fleet.test.ts',
};
const parkingRace: Proof = {
  unchecked: 'only a host that answers while the wait for it is being parked needs it: fleet.test.ts',
};
const sameAsLambda: Proof = {
  unchecked: 'what is proven of the workflow of Lambda: the same calls, by the same code',
};
const zones: Proof = { unchecked: 'no test of the end-to-end suite watches a zone: fleet.test.ts' };
const race: Proof = {
  unchecked: 'only a signal that comes while its wait is being parked needs it: lambda-races.test.ts',
};
const lostSignal: Proof = {
  unchecked: "only a hook's lost signal needs it, an hour later: lambda-hooks-die.test.ts",
};

const fleetExecutions =
  'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<Workflows/Fleet/InPlace.Name>:*';
const executions =
  'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:<Workflows/Lambda.Name>:*';

/**
 * All that each function may do, but for writing its own log, and what proves that it must. A new right is added here,
 * knowingly, or a test fails; `npm run grants` takes each away in turn and runs its test.
 */
export const proofs: Readonly<Record<FunctionName, Readonly<Record<string, Proof>>>> = {
  'api/codedeploy': {
    ...append(canary),
    'dynamodb:DeleteItem on <Store/Rows>': {
      file: 'front-door',
      title: 'renames an application, and deletes it',
    },
    ...createBelow(canary),
    ...lookUp(canary),
    ...list(canary),
    ...find(stop),
    ...takeBack(stop),
    'dynamodb:GetItem on <Store/Live>': deregistered,
    ...succeedToken(signedHook),
    ...failToken(stop),
    ...assume(canary),
    ...readRole(notLent),
  },
  ...hostProofs,
  'hooks/put-hook-status': {
    ...append(hookCallsBack),
    ...lookUp(hookCallsBack),
    ...find(hookDelegates),
    ...takeBack(hookDelegates),
    ...succeedToken(hookDelegates),
    ...failToken(hookCallsBackFailed),
  },
  'lifecycle/admit': {
    ...append(canary),
    ...createBelow(byHand),
    ...lookUp(canary),
    ...list(canary),
    ...assume(canary),
    ...readRole(roleGone),
  },
  'lifecycle/invoke-hook': {
    ...append(hookReturns),
    ...lookUp(byHandWithHooks),
    ...park(hookReturns),
    ...find(hookReturns),
    ...takeBack(hookReturns),
    ...succeedToken(hookReturns),
    ...failToken(hookThrows),
    ...assume(hookReturns),
  },
  'lifecycle/allow-traffic': {
    ...append(canary),
    ...lookUp(byHand),
    ...park(canary),
    ...takeBack(race),
    ...succeedToken(canary),
    ...failToken(unheard),
    ...assume(canary),
    ...readRole(roleDeleted),
  },
  'lifecycle/finish': { ...append(canary), ...lookUp(byHand), ...list(fleet), ...assume(lastLook) },
  'lifecycle/admit-fleet': {
    ...append(fleet),
    ...createBelow(fleetByHand),
    ...lookUp(fleet),
    ...list(fleet),
    'dynamodb:GetItem on <Store/Live>': connected,
    ...assume(fleet),
    ...readRole(fleetByHand),
  },
  'lifecycle/next-wave': { ...append(fleet), ...lookUp(fleetByHand), ...list(fleet) },
  'lifecycle/monitor-zone': {
    'dynamodb:Query on <Store/Log>': zones,
    ...lookUp(zones),
    ...park(zones),
    ...takeBack(zones),
    ...failToken(zones),
  },
  'lifecycle/claim': {
    ...record(fleet),
    'dynamodb:DeleteItem on <Store/Rows>': lostTarget,
    ...lookUp(fleet),
    ...createBelow(fleet),
    'dynamodb:GetItem on <Store/Live>': fleet,
    'dynamodb:PutItem on <Store/Live>': fleet,
    'dynamodb:UpdateItem on <Store/Live>': fleet,
    ...succeedToken(fleet),
    ...failToken(fleet),
  },
  'lifecycle/host-command': {
    ...append(fleet),
    ...list(fleet),
    ...createBelow(fleet),
    ...park(fleet),
    ...find(fleet),
    ...takeBack(parkingRace),
    'dynamodb:GetItem on <Store/Live>': fleet,
    ...succeedToken(parkingRace),
    ...failToken(cutShort),
  },
  'read/v1': {
    'dynamodb:Query on <Store/Log>': {
      file: 'read-v1',
      title: 'answers the timeline of a deployment that bakes, and what it waits for',
    },
    's3:GetObject on <FrontDoor/Hosts/Outputs>/*': {
      file: 'hosts',
      title: 'sends the whole output of a command where it is told to, and `sluice output` prints it',
    },
  },
  'reactions/on-events': {
    ...append(cutShort),
    'dynamodb:Query on <Store/Log>': canary,
    ...list(cutShort),
    ...find(cutShort),
    ...takeBack(cutShort),
    ...succeedToken(cutShort),
    ...failToken(cutShort),
    ...followStream('Reactions/DeadLetters', poison),
    'states:StartExecution on <Workflows/Lambda>': canary,
    'states:StartExecution on <Workflows/Fleet/InPlace>': fleet,
    [`states:DescribeExecution on ${fleetExecutions}`]: sameAsLambda,
    [`states:StopExecution on ${fleetExecutions}`]: sameAsLambda,
    [`states:DescribeExecution on ${executions}`]: {
      file: 'reactions',
      title: 'a creation that the stream brings again starts no second execution, and is no failure',
    },
    [`states:StopExecution on ${executions}`]: {
      file: 'reactions',
      title: 'an execution that lives and is called dead is stopped, and another one restores the traffic',
    },
  },
  'reactions/notify': {
    ...record(topicGone),
    ...lookUp(triggered),
    ...assume(triggered),
    ...readRole(triggerRoleGone),
    'sns:Publish on <Notifications/Topic>': everything,
    'events:PutEvents on <Notifications/Bus>': onTheBus,
    ...followStream('Notifications/DeadLetters', unpublished),
  },
  'reactions/on-alarm': {
    ...append(alarm),
    ...list(alarm),
    ...find(alarm),
    ...takeBack(alarm),
    ...failToken(alarm),
  },
  'reactions/on-deadline': {
    ...append(expired),
    'dynamodb:Query on <Store/Log>': canary,
    ...list(canary),
    ...find(canary),
    ...takeBack(canary),
    ...failToken(canary),
    ...succeedToken(lostSignal),
    'dynamodb:GetItem on <Store/Live>': lostTarget,
    ...park(sweep),
  },
  'reactions/on-execution-status': {
    ...append(killed),
    ...lookUp(byHandKilled),
    ...list(lostTarget),
    ...find(lostTarget),
    ...takeBack(lostTarget),
    ...succeedToken(lostTarget),
    ...failToken(lostTarget),
  },
  'reactions/on-instance-terminated': {
    ...takeBack(terminated),
    'dynamodb:GetItem on <Store/Live>': terminated,
  },
};
