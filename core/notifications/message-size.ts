/** A sentence may quote what AWS, a function or a script said; nobody reads further, and a mail repeats it. */
export const SENTENCE_CHARACTERS = 4_000;

/** SNS takes 256 KiB for the forms of a message and its attributes together; a mail and they need a tenth of it. */
const LARGEST_MESSAGE_BYTES = 200_000;

/** A message as JSON, with its data where that fits. */
export function fittedJson(message: object, data: object): string {
  const whole = JSON.stringify({ ...message, data });
  return quotedBytes(whole) > LARGEST_MESSAGE_BYTES ? JSON.stringify(message) : whole;
}

/** The forms of a message are sent as members of one JSON object, which doubles its quotes and backslashes. */
function quotedBytes(text: string): number {
  return new TextEncoder().encode(JSON.stringify(text)).length;
}
