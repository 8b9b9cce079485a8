/** What is published to a topic. */
export interface Notification {
  /** For mails: ASCII of one line, shorter than SNS allows. */
  readonly subject: string;
  readonly message: string;
  /** The body of a mail, where it is to read otherwise than what programs get. */
  readonly mail?: string;
  /** String attributes, which filter policies of subscriptions choose by. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** Names an event for good: receivers put events in order by it and drop those that they have. */
export function eventId(event: { readonly stream: string; readonly version: number }): string {
  return `${event.stream}@${event.version}`;
}

/** SNS takes fewer than 100 characters. */
const SUBJECT_CHARACTERS = 99;

/** Cuts what is too long at its end, so that what counts has to come first. Names of ours are ASCII. */
export function subjectOf(text: string): string {
  return text.length <= SUBJECT_CHARACTERS ? text : `${text.slice(0, SUBJECT_CHARACTERS - 3)}...`;
}
