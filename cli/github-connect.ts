import { GITHUB_TOKENS_PER_ACCOUNT, gitHubTokenName } from '../core/registry/github-token.ts';
import { CannotDo, type Command, type ExitCode, type Invocation, UsageError } from './command.ts';

export const gitHubConnect: Command = {
  name: 'github connect',
  summary: 'stores a token that opens the private repositories of an account of GitHub',
  argument: '<account>',
  options: {},
  help: `ACCOUNT is the user or the organisation of GitHub: deployments of ACCOUNT/any-repository are fetched with the token. It
needs to read the contents of the repositories, and nothing else. It replaces the token that was stored before.

The token is read from the variable GITHUB_TOKEN, else from standard input, and never from the command line, which others can
see. It is encrypted here, with a key of the stack that one function may decrypt with: the one that signs what hosts are told.
It takes the rights kms:Encrypt on that key, and dynamodb:Query and dynamodb:PutItem on the table LiveTableName of the stack's outputs.

  aws deploy list-git-hub-account-token-names            which there are
  aws deploy delete-git-hub-account-token --token-name ACCOUNT

Example: gh auth token | sluice github connect acme

Exit code: 0; 1 where it cannot be stored; 2 where there is no token, or ACCOUNT is no name of GitHub's.`,
  run: connectGitHub,
};

async function connectGitHub({ argument, terminal, connect }: Invocation): Promise<ExitCode> {
  const name = gitHubTokenName(argument);
  if (name === undefined) throw new UsageError(`${argument} is no name of a user or organisation of GitHub.`);
  const token = ((await terminal.secret?.('GITHUB_TOKEN', `The token for ${name} on GitHub: `)) ?? '').trim();
  if (!/^[\x21-\x7e]{1,4096}$/.test(token)) throw new UsageError('there is no token: nothing was stored.');
  const { gitHubTokens, place } = await connect();
  const { names, store } = await gitHubTokens();
  const present = await names.list();
  if (!present.includes(name) && present.length >= GITHUB_TOKENS_PER_ACCOUNT) {
    throw new CannotDo(
      `there are ${present.length} tokens, and at most ${GITHUB_TOKENS_PER_ACCOUNT} may be. Delete one first: ` +
        'aws deploy delete-git-hub-account-token --token-name NAME',
    );
  }
  await store(name, token);
  terminal.print(`${name} is connected on ${place}`);
  return 0;
}
