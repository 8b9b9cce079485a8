import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { AddPermissionCommand, CreateFunctionCommand } from '@aws-sdk/client-lambda';
import {
  ConfirmSubscriptionCommand,
  CreateTopicCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { queuePolicy } from '../../cli/drill/queue-policy.ts';
import { clientSettings } from '../../scripts/local-cloud/client-settings.ts';
import { zippedFunction } from '../../scripts/local-cloud/zipped-function.ts';
import { executionRole, lambda, local, sqs } from './cloud.ts';

export const sns = new SNSClient(clientSettings(local));
const eventBridge = new EventBridgeClient(clientSettings(local));

/** A message of SNS as subscribers get it. */
export interface Envelope {
  readonly Type: string;
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly Token?: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Value: string }>>;
}

/** What the stack's topic says. */
export interface Told {
  readonly eventId: string;
  readonly type: string;
  readonly deploymentId: string;
  readonly applicationName: string;
  readonly status: string;
  readonly sentence: string;
}

export function toldBy({ Message }: Envelope): Told {
  return JSON.parse(Message) as Told;
}

export async function aTopic(): Promise<string> {
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: `ops-${randomUUID().slice(0, 8)}` }));
  return TopicArn ?? '';
}

type FilterPolicy = Readonly<Record<string, readonly string[]>>;

export interface Queue {
  readonly arn: string;
  /** Everything that has come so far, each once. */
  readonly received: () => Promise<readonly string[]>;
}

/** A queue that this service may send to. */
async function aQueue(service: string, sourceArn: string): Promise<Queue> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `q-${randomUUID().slice(0, 8)}` }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const arn = Attributes?.['QueueArn'] ?? '';
  const Policy = queuePolicy(arn, service, sourceArn);
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const bodies: string[] = [];
  return {
    arn,
    received: async () => {
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
        );
        if (Messages.length === 0) return bodies;
        for (const { Body = '', ReceiptHandle } of Messages) {
          bodies.push(Body);
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
      }
    },
  };
}

export interface Inbox {
  readonly received: () => Promise<readonly Envelope[]>;
}

/** A queue that a topic fans out to. */
export async function queueOf(topicArn: string, filter?: FilterPolicy): Promise<Inbox> {
  const { arn, received } = await aQueue('sns.amazonaws.com', topicArn);
  await subscribe(topicArn, 'sqs', arn, filter);
  return { received: async () => (await received()).map((body) => JSON.parse(body) as Envelope) };
}

/** A server on this machine, which confirms its subscription as any web address has to. */
export async function webAddressOf(
  topicArn: string,
  filter?: FilterPolicy,
): Promise<Inbox & { readonly confirmed: () => boolean; readonly close: () => Promise<void> }> {
  const messages: Envelope[] = [];
  let confirmed = false;
  const server = await listening((body) => {
    const message = JSON.parse(body) as Envelope;
    if (message.Type !== 'SubscriptionConfirmation') {
      messages.push(message);
      return;
    }
    void confirm(message);
  });
  const confirm = async ({ TopicArn, Token }: Envelope) => {
    await sns.send(new ConfirmSubscriptionCommand({ TopicArn, Token }));
    confirmed = true;
  };
  await subscribe(topicArn, 'http', server.url, filter);
  return { received: async () => messages, confirmed: () => confirmed, close: server.close };
}

/** A function that hands on what it is called with. */
export async function functionOf(
  topicArn: string,
  filter?: FilterPolicy,
): Promise<Inbox & { readonly close: () => Promise<void> }> {
  const messages: Envelope[] = [];
  const server = await listening((body) => {
    const { Records } = JSON.parse(body) as { readonly Records: readonly { readonly Sns: Envelope }[] };
    messages.push(...Records.map(({ Sns }) => Sns));
  });
  const FunctionName = `subscriber-${randomUUID().slice(0, 8)}`;
  const code = `export const handler = async (event) => { await fetch('${server.url}', { method: 'POST', body: JSON.stringify(event) }); };`;
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Runtime: 'nodejs24.x',
      Role: await executionRole(),
      Handler: 'index.handler',
      Code: { ZipFile: zippedFunction(code) },
    }),
  );
  await lambda.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: 'topic',
      Action: 'lambda:InvokeFunction',
      Principal: 'sns.amazonaws.com',
      SourceArn: topicArn,
    }),
  );
  await subscribe(topicArn, 'lambda', FunctionArn ?? '', filter);
  return { received: async () => messages, close: server.close };
}

/** A queue behind a rule on the stack's event bus. */
export async function queueOfBus(pattern: object): Promise<Queue> {
  const Name = `rule-${randomUUID().slice(0, 8)}`;
  const EventBusName = local.eventBusName;
  const { RuleArn = '' } = await eventBridge.send(
    new PutRuleCommand({ Name, EventBusName, EventPattern: JSON.stringify(pattern) }),
  );
  const queue = await aQueue('events.amazonaws.com', RuleArn);
  await eventBridge.send(
    new PutTargetsCommand({ Rule: Name, EventBusName, Targets: [{ Id: 'queue', Arn: queue.arn }] }),
  );
  return queue;
}

async function subscribe(
  TopicArn: string,
  Protocol: string,
  Endpoint: string,
  filter?: FilterPolicy,
): Promise<void> {
  const Attributes = filter === undefined ? {} : { FilterPolicy: JSON.stringify(filter) };
  await sns.send(new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes }));
}

async function listening(take: (body: string) => void): Promise<{
  readonly url: string;
  readonly close: () => Promise<void>;
}> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      take(Buffer.concat(parts).toString('utf8'));
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
