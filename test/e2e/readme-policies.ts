import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { local } from './cloud.ts';

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');

interface Policy {
  readonly Statement: readonly { readonly Resource: readonly string[] }[];
}

/**
 * The policy of a recipe of the README, as a reader would fill it in: under this heading, for the API of this run and, where
 * the recipe is for one application, for this one.
 */
export function recipe(heading: string, applicationName = 'shop'): Policy {
  const [, text] = new RegExp(`\\*\\*${heading}\\b[^]*?\`\`\`json\\n([^]*?)\`\`\``).exec(readme) ?? [];
  if (text === undefined) throw new Error(`the README has no policy under "${heading}"`);
  const apiId = local.endpoint.split('/').at(-2) ?? '';
  const filled = text
    .replaceAll('REGION', local.region)
    .replaceAll('ACCOUNT', local.accountId)
    .replaceAll('API', apiId)
    .replaceAll('/applications/shop', `/applications/${applicationName}`);
  return JSON.parse(filled) as Policy;
}

/** What the README says of reading one application alone: another path, and no `GET /v1`. */
export function readOneApplication(applicationName: string): Policy {
  const policy = recipe('Read only');
  const Statement = policy.Statement.map((statement) => ({
    ...statement,
    Resource: statement.Resource.filter((arn) => !arn.includes('/GET/')).map((arn) =>
      arn.replace('POST/read', `POST/applications/${applicationName}/read`),
    ),
  }));
  return { ...policy, Statement };
}
