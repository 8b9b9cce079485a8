import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Notification } from '../../core/notifications/notification.ts';
import { clientDefaults } from './aws-clients.ts';
import { awsFailure } from './aws-failure.ts';
import type { Credentials } from './service-roles.ts';

/** Topics of SNS in our own region. */
export interface Topics {
  /** Throws where another try may go better: SNS is slow, throttles or is away. */
  readonly publish: (topicArn: string, notification: Notification) => Promise<Published>;
}

export type Published =
  | { readonly status: 'published' }
  /** `denied` by our rights, by the topic's policy or by the key that it is encrypted with; `refused` whoever asks. */
  | { readonly status: 'missing' | 'denied' | 'refused'; readonly message: string };

/** With the rights of the function itself, or those of a group's service role. */
export function snsTopics(credentials?: Credentials): Topics {
  const client = new SNSClient({ ...clientDefaults, ...(credentials && { credentials }) });
  return {
    publish: async (topicArn, { subject, message, mail, attributes }) => {
      try {
        await client.send(
          new PublishCommand({
            TopicArn: topicArn,
            Subject: subject,
            ...(mail === undefined
              ? { Message: message }
              : { Message: JSON.stringify({ default: message, email: mail }), MessageStructure: 'json' }),
            MessageAttributes: Object.fromEntries(
              Object.entries(attributes).map(([name, value]) => [
                name,
                { DataType: 'String', StringValue: value },
              ]),
            ),
          }),
        );
        return { status: 'published' };
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

function refusalOf(error: unknown): Published {
  const { name, message } = error as Error;
  if (MISSING.has(name)) return { status: 'missing', message };
  if (DENIED.has(name) || awsFailure(error)?.status === 'denied') return { status: 'denied', message };
  if (REFUSED.has(name)) return { status: 'refused', message };
  throw error;
}

const MISSING: ReadonlySet<string> = new Set(['NotFound', 'NotFoundException']);

const DENIED: ReadonlySet<string> = new Set([
  'InvalidSecurityException',
  'KMSAccessDeniedException',
  'KMSDisabledException',
  'KMSInvalidStateException',
  'KMSNotFoundException',
  'KMSOptInRequired',
]);

const REFUSED: ReadonlySet<string> = new Set([
  'InvalidParameter',
  'InvalidParameterException',
  'InvalidParameterValueException',
  'ValidationException',
]);
