import { Refusal } from '../refusal.ts';
import { quoted } from './names.ts';
import type { GitHubLocation } from './revision.ts';
import type { RevisionInput } from './shapes.ts';

/**
 * The member `gitHubLocation` of a revision, checked. Whether the repository has the commit is for the hosts to find
 * out, who fetch it. Throws InvalidRevisionException.
 */
export function gitHubLocationOf(input: NonNullable<RevisionInput['gitHubLocation']>): GitHubLocation {
  const { repository = '', commitId = '' } = input;
  if (!REPOSITORY.test(repository) || repository.split('/').some((part) => /^\.+$/.test(part))) {
    throw invalid('repository', repository, 'account/name, as in the address of the repository');
  }
  if (!COMMIT.test(commitId)) {
    throw invalid('commitId', commitId, 'the hash of a commit, 7 to 64 hexadecimal digits');
  }
  return { revisionType: 'GitHub', repository, commitId };
}

/** GitHub's own limits: 39 characters of an account and 100 of a repository. */
const REPOSITORY = /^[A-Za-z0-9_-]{1,39}\/[A-Za-z0-9._-]{1,100}$/;

/** From the shortest that Git shows to the whole of a SHA-256; names of branches and tags move. */
const COMMIT = /^[0-9a-fA-F]{7,64}$/;

function invalid(member: string, text: string, rule: string): Refusal {
  const found = text === '' ? 'is missing' : `${quoted(text)} is none`;
  return new Refusal(
    'InvalidRevisionException',
    `The revision is invalid: gitHubLocation.${member} ${found}. It is ${rule}.`,
  );
}
