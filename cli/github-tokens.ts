import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { clientDefaults } from '../functions/adapters/aws-clients.ts';
import type { GitHubTokenNames, StoreGitHubToken } from '../functions/adapters/github-tokens.ts';
import { dynamoGitHubTokenNames, storeGitHubToken } from '../functions/adapters/github-tokens.ts';
import { CannotDo } from './command.ts';
import type { Target } from './target.ts';

/** What can be done with the tokens of an installation by hand: nobody can read one. */
export interface ConnectedGitHub {
  readonly names: Pick<GitHubTokenNames, 'list'>;
  readonly store: StoreGitHubToken;
}

/** Throws CannotDo for a stack from before there were tokens. */
export function connectedGitHub({ client, gitHub }: Pick<Target, 'client' | 'gitHub'>): ConnectedGitHub {
  if (gitHub === undefined) {
    throw new CannotDo('the stack has no place for tokens of GitHub. Deploy it again: npx cdk deploy');
  }
  const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ ...clientDefaults, ...client }));
  const kms = new KMSClient({ ...clientDefaults, ...client });
  return {
    names: dynamoGitHubTokenNames(dynamodb, gitHub.liveTable),
    store: storeGitHubToken(dynamodb, gitHub.liveTable, kms, gitHub.keyArn),
  };
}
