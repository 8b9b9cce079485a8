import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isName, quoted } from '../../core/registry/names.ts';
import { Refusal } from '../../core/refusal.ts';
import type { ApiRequest } from '../runtime/aws-json.ts';

/** Whoever may write may read as well. */
export type Access = 'read' | 'write';

/** What the path that a call was posted to is good for. IAM grants the path to a caller; the path grants this. */
export interface ApiPath {
  readonly access: Access;
  /** The one application that it is for; absent where it is for all. */
  readonly applicationName?: string;
}

/** What an HTTP API hands over of a request to one of these paths. */
export type PathRequest = ApiRequest & Pick<APIGatewayProxyEventV2, 'routeKey' | 'pathParameters'>;

type PathOf = (caught: string) => ApiPath | undefined;

/**
 * By the keys of their routes at the gateway, each with what its greedy part has caught. SDKs post to a path as it is
 * given or with a slash behind it, which only a greedy route takes.
 */
export const paths: ReadonlyMap<string, PathOf> = new Map<string, PathOf>([
  ['POST /', () => ({ access: 'write' })],
  ['POST /read', ofAllReadings],
  ['POST /read/{proxy+}', ofAllReadings],
  ['POST /applications/{proxy+}', ofOneApplication],
]);

function ofAllReadings(caught: string): ApiPath | undefined {
  return caught === '' ? { access: 'read' } : undefined;
}

/**
 * The letters of a name are all such as stand in a path for themselves, so that a path has one spelling, and one with
 * an escape in it is nobody's. A name of dots would be a step in the path: such an application has none of its own.
 */
function ofOneApplication(caught: string): ApiPath | undefined {
  const [applicationName = '', read, more] = caught.split('/');
  if (!isName(applicationName) || /^\.+$/.test(applicationName) || more !== undefined) return undefined;
  if (read === undefined) return { access: 'write', applicationName };
  return read === 'read' ? { access: 'read', applicationName } : undefined;
}

/**
 * What IAM has looked at is the path, what is carried out goes by what the gateway read off it: where the two are not
 * the same text, the call is refused. Throws UnknownOperationException, a 404, also for all that is no such path.
 */
export function apiPathOf({ routeKey, rawPath, pathParameters }: PathRequest): ApiPath {
  const caught = withoutSlash(pathParameters?.['proxy'] ?? '');
  const path = paths.get(routeKey)?.(caught);
  const routed = withoutSlash(routeKey.replace(/^POST /, '').replace('{proxy+}', caught));
  if (path !== undefined && withoutSlash(rawPath).endsWith(routed)) return path;
  throw new Refusal(
    'UnknownOperationException',
    `There is nothing at ${quoted(rawPath)}. Post to /, /read, /applications/NAME or /applications/NAME/read, with the ` +
      'name of the application as it is, without escapes.',
  );
}

/** As it is written for people. */
export function textOf({ access, applicationName }: ApiPath): string {
  if (applicationName === undefined) return access === 'read' ? '/read' : '/';
  return `/applications/${applicationName}${access === 'read' ? '/read' : ''}`;
}

function withoutSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
