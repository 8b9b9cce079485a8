import { TRIGGER_EVENTS } from '../notifications/trigger-event.ts';
import type { TriggerEvent } from '../notifications/trigger-event.ts';
import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';
import type { TriggerConfigurationsInput } from './shapes.ts';

/** A topic that is told of some of the events of a group's deployments. */
export type TriggerConfiguration = {
  readonly triggerName: string;
  readonly triggerTargetArn: string;
  readonly triggerEvents: readonly TriggerEvent[];
};

/** The service's own quota. */
export const TRIGGERS_PER_GROUP = 10;

/** The service states none; 100 characters are the bound of all other names. */
const TRIGGER_NAME_LENGTH_CHARACTERS = 100;

/**
 * Triggers as they are stored. Throws InvalidTriggerConfigException; none of its texts here speaks of a Topic ARN, for
 * clients take that for a topic that is still being made, and try again for minutes.
 */
export function triggerConfigurationsOf(input: TriggerConfigurationsInput): readonly TriggerConfiguration[] {
  const triggers = input.map((one) => ({
    triggerName: triggerName(one.triggerName),
    triggerTargetArn: topicArn(one.triggerTargetArn),
    triggerEvents: triggerEvents(one.triggerEvents),
  }));
  refuseTwice(
    triggers.map((one) => one.triggerName),
    (name) => `the name ${quoted(name)} is used twice. Give each trigger its own`,
  );
  refuseTwice(
    triggers.map((one) => one.triggerTargetArn),
    (arn) => `two triggers notify ${arn}. Give one of them all of the events`,
  );
  return triggers;
}

/** Throws TriggerTargetsLimitExceededException; apart from the rest because limits are checked after existence. */
export function checkTriggerLimit(triggers: readonly unknown[]): void {
  if (triggers.length > TRIGGERS_PER_GROUP) {
    throw new Refusal(
      'TriggerTargetsLimitExceededException',
      `The deployment group has ${triggers.length} triggers, and at most ${TRIGGERS_PER_GROUP} may be. ` +
        'Let one topic fan out to several subscribers.',
    );
  }
}

/** Throws InvalidTriggerConfigException: SNS publishes within its own region alone. */
export function checkTriggerRegion(input: TriggerConfigurationsInput, region: string): void {
  for (const { triggerTargetArn = '' } of input) {
    const [, , , named] = triggerTargetArn.split(':');
    if (named === region) continue;
    throw invalidTrigger(`the topic ${triggerTargetArn} is in another region than this one, ${region}`);
  }
}

function triggerName(name: string | undefined): string {
  if (name === undefined || name === '') throw invalidTrigger('a trigger has no name. Give its triggerName');
  if (name.length > TRIGGER_NAME_LENGTH_CHARACTERS) {
    throw invalidTrigger(
      `the name ${quoted(name)} has ${name.length} characters, and at most ` +
        `${TRIGGER_NAME_LENGTH_CHARACTERS} may be`,
    );
  }
  return name;
}

/** A topic that keeps an order takes only messages that name a group of them, which CodeDeploy's do not. */
const TOPIC_ARN = /^arn:[a-z][a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;

function topicArn(arn: string | undefined): string {
  if (arn !== undefined && TOPIC_ARN.test(arn)) return arn;
  throw invalidTrigger(
    `${quoted(arn ?? '')} is no standard SNS topic. triggerTargetArn is arn:PARTITION:sns:REGION:ACCOUNT:NAME`,
  );
}

function triggerEvents(given: readonly string[] = []): readonly TriggerEvent[] {
  if (given.length === 0) throw invalidTrigger('a trigger names no events. Give its triggerEvents');
  return given.map((word) => {
    const known = TRIGGER_EVENTS.find((event) => event === word);
    if (known !== undefined) return known;
    throw invalidTrigger(`the event ${quoted(word)} is unknown. Valid are ${TRIGGER_EVENTS.join(', ')}`);
  });
}

function refuseTwice(values: readonly string[], why: (value: string) => string): void {
  const seen = new Set<string>();
  for (const value of values) {
    if (seen.has(value)) throw invalidTrigger(why(value));
    seen.add(value);
  }
}

export function invalidTrigger(detail: string): Refusal {
  return new Refusal('InvalidTriggerConfigException', `The trigger configuration is invalid: ${detail}.`);
}
