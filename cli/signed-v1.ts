import type { CodeDeployClient } from '@aws-sdk/client-codedeploy';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import * as z from 'zod';
import { errorAnswer } from '../core/views/v1.ts';
import { CannotDo } from './command.ts';
import { oneLine } from './lines.ts';
import type { Target } from './target.ts';

/** Asks `/v1…` of the API. Throws CannotDo where it is refused. */
export type V1 = <Answer>(shape: z.ZodType<Answer>, path: string, body?: object) => Promise<Answer>;

/** GET, or POST where there is a body, signed with the credentials that the client of CodeDeploy finds. */
export function signedV1(
  { config }: Pick<CodeDeployClient, 'config'>,
  { apiEndpoint, place }: Pick<Target, 'apiEndpoint' | 'place'>,
): V1 {
  return async (shape, path, body) => {
    const url = new URL(path, apiEndpoint);
    const signer = new SignatureV4({
      service: 'execute-api',
      region: await config.region(),
      credentials: config.credentials,
      sha256: Sha256,
    });
    const method = body === undefined ? 'GET' : 'POST';
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const { headers } = await signer.sign({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { host: url.host, 'content-type': 'application/json' },
      ...text,
    });
    const answer = await fetch(url, { method, headers, ...text });
    const said: unknown = await answer.json().catch(() => ({}));
    if (answer.ok) return shape.parse(said);
    if (answer.status === FORBIDDEN) {
      throw new CannotDo(
        `your AWS credentials do not permit it for ${place}: they need execute-api:Invoke on ${method} /${url.pathname.slice(url.pathname.indexOf('v1/'))} of its API.`,
      );
    }
    const refused = refusalShape.safeParse(said);
    if (refused.success) throw new CannotDo(refusalWords(refused.data.error));
    throw new CannotDo(`the API of ${place} answered ${answer.status}. Try again.`);
  };
}

/** What a script wrote may be in it, over several lines. */
function refusalWords({ code, message }: { readonly code: string; readonly message: string }): string {
  const [first = '', ...others] = message.split('\n').map(oneLine);
  return [`${first} (${code})`, ...others].join('\n');
}

/** As hosts are refused in the form of CodeDeploy, and readings in that of `GET /v1`. */
const refusalShape = z.union([
  errorAnswer,
  z
    .object({ __type: z.string(), message: z.string() })
    .transform(({ __type: code, message }) => ({ error: { code, message } })),
]);

/** Of API Gateway itself, which has a body of its own. */
const FORBIDDEN = 403;
