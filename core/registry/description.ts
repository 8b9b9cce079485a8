import { Refusal } from '../refusal.ts';

/** The service's own limit; descriptions are shown in lists. */
const DESCRIPTION_LENGTH_CHARACTERS = 256;

/** Of a revision or a deployment. */
export function checkDescription(description: string | undefined): void {
  if (description !== undefined && description.length > DESCRIPTION_LENGTH_CHARACTERS) {
    throw new Refusal(
      'DescriptionTooLongException',
      `The description has ${description.length} characters. Shorten it to ${DESCRIPTION_LENGTH_CHARACTERS}.`,
    );
  }
}
