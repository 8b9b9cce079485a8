import type { StoredEvent } from '../../core/chain.ts';
import type { DeploymentCommand } from '../../core/deployments/deployment-commands.ts';
import { deployment } from '../../core/deployments/deployment.ts';
import type { StateChange } from '../../core/notifications/state-change.ts';
import { deploymentGroup } from '../../core/registry/deployment-group.ts';
import type { AssumedRole } from '../../functions/adapters/service-roles.ts';
import { notify } from '../../functions/reactions/notify.ts';
import { aggregates } from '../../functions/runtime/aggregates.ts';
import { commandTo, execute } from '../../functions/runtime/execute.ts';
import { system } from '../../functions/runtime/system.ts';
import { APPLICATION, GROUP, createDeployment, registered } from './a-deployment.ts';
import { fakeTopics } from './fake-topics.ts';
import type { MemoryEventStore } from './memory-event-store.ts';
import { recordOf } from './stream-record.ts';

export const HOME = { partition: 'aws', region: 'eu-north-1', accountId: '111122223333' };
export const OWN_TOPIC = 'arn:aws:sns:eu-north-1:111122223333:Sluice-Notifications';
export const arn = (name: string) => `arn:aws:sns:eu-north-1:111122223333:${name}`;
const EVERY_EVENT = ['DeploymentStart', 'DeploymentFailure', 'DeploymentRollback'];
const executionArn = 'arn:aws:states:eu-north-1:111122223333:execution:Lambda:one';
export const credentials = { accessKeyId: 'a', secretAccessKey: 's', sessionToken: 't' };

/** A group, that of the store where one is given, with the triggers `ops` and `failures`, and what is published of its deployments. */
export async function notified(given?: MemoryEventStore) {
  const store = given ?? (await registered(system)).store;
  const topics = fakeTopics();
  const put: StateChange[] = [];
  const deadLetters: string[] = [];
  const assumed: string[] = [];
  let role: AssumedRole = { status: 'assumed', credentials };
  const ports = {
    store,
    rows: store.rows,
    system,
    aggregates,
    roles: {
      assume: async (roleArn: string, session: string) => {
        assumed.push(`${roleArn} as ${session}`);
        return role;
      },
      tags: async () => ({ status: 'read', tags: {} }) as const,
    },
    topics: topics.with(),
    topicsWith: topics.with,
    bus: { put: async (change: StateChange) => void put.push(change) },
    topicArn: OWN_TOPIC,
    deadLetters: { send: async (_: object, reason: string) => void deadLetters.push(reason) },
    metrics: { count: () => undefined },
  };
  const react = notify(ports);
  const issued = () => ({ id: system.uuid(), at: system.now(), actor: { type: 'user', id: 'ada' } }) as const;
  const decide = async (deploymentId: string, ...commands: readonly DeploymentCommand[]) => {
    for (const command of commands) {
      await execute(ports, issued(), [commandTo(deployment, `deployment#${deploymentId}`, command)]);
    }
  };
  const setTriggers = (triggerConfigurations: object[]) =>
    execute(ports, issued(), [
      commandTo(deploymentGroup, `deployment-group#${GROUP.deploymentGroupId}`, {
        type: 'UpdateDeploymentGroup',
        data: {
          applicationName: APPLICATION.applicationName,
          currentDeploymentGroupName: GROUP.deploymentGroupName,
          settings: { triggerConfigurations },
        },
      }),
    ]);
  await setTriggers([
    { triggerName: 'ops', triggerTargetArn: arn('ops'), triggerEvents: EVERY_EVENT },
    { triggerName: 'failures', triggerTargetArn: arn('failures'), triggerEvents: ['DeploymentFailure'] },
  ]);
  const log = (deploymentId: string) => store.load(`deployment#${deploymentId}`);
  const records = (events: readonly StoredEvent[]) =>
    events.map((event, index) => {
      const { dynamodb, ...rest } = recordOf(event);
      return { ...rest, dynamodb: { ...dynamodb, SequenceNumber: String(index + 1) } };
    });
  return {
    topics,
    put,
    deadLetters,
    assumed,
    decide,
    setTriggers,
    log,
    react: (event: unknown) => react(event, HOME),
    setRole: (answer: AssumedRole) => {
      role = answer;
    },
    /** Creates a deployment that fails at once. */
    failed: async (deploymentId: string) => {
      await decide(
        deploymentId,
        createDeployment(deploymentId),
        { type: 'FailDeployment', data: { executionArn, code: 'INVALID_REVISION', message: 'no' } },
        { type: 'BeginRestore', data: { executionArn } },
        { type: 'CompleteRestore', data: { executionArn, outcome: 'untouched', message: 'whole' } },
        { type: 'FinishDeployment', data: { executionArn, rollbackDeploymentId: 'd-BACK' } },
      );
    },
    /** Writes an event of any type at the end of its log. */
    written: async (deploymentId: string, type: string) => {
      const last = (await log(deploymentId)).at(-1);
      if (last === undefined) throw new Error(`${deploymentId} has no log`);
      const event = { ...last, type, version: last.version + 1, previousHash: last.hash, hash: type };
      await store.append({ events: [event], rows: [], required: [] });
    },
    batch: async (...deploymentIds: readonly string[]) => {
      const events = (await Promise.all(deploymentIds.map(log))).flat();
      return { Records: records(events) };
    },
    ofStreams: async (...streams: readonly string[]) => {
      const events = (await Promise.all(streams.map((stream) => store.load(stream)))).flat();
      return { Records: records(events) };
    },
    /** What went to the stack's topic, and what to triggers, as "name status event". */
    own: () =>
      topics.sent
        .filter(({ topicArn }) => topicArn === OWN_TOPIC)
        .map(({ message }) => JSON.parse(message) as { eventId: string; type: string; status: string }),
    toTriggers: () =>
      topics.sent
        .filter(({ topicArn }) => topicArn !== OWN_TOPIC)
        .map(({ topicArn, subject }) => `${topicArn.split(':').at(-1)} ${subject.split(':')[0]}`),
  };
}
