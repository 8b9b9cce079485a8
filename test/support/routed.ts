import type { PathRequest } from '../../functions/api/api-path.ts';
import { paths } from '../../functions/api/api-path.ts';

/**
 * What an HTTP API makes of the path of a POST, as given by a client: every escape is decoded but that of the percent
 * sign, and a whole route goes before a greedy one. A path without a route never reaches the function, and throws.
 */
export function routed(path: string): Pick<PathRequest, 'routeKey' | 'rawPath' | 'pathParameters'> {
  const rawPath = path.replace(/%(?!25)[0-9A-Fa-f]{2}/g, (escape) =>
    String.fromCodePoint(Number.parseInt(escape.slice(1), 16)),
  );
  if (paths.has(`POST ${rawPath}`)) return { routeKey: `POST ${rawPath}`, rawPath };
  const routeKey = [...paths.keys()].find(
    (key) => key.endsWith(GREEDY) && `POST ${rawPath}`.startsWith(key.slice(0, -GREEDY.length)),
  );
  if (routeKey === undefined) throw new Error(`the gateway has no route for ${path}`);
  return {
    routeKey,
    rawPath,
    pathParameters: { proxy: `POST ${rawPath}`.slice(routeKey.length - GREEDY.length) },
  };
}

const GREEDY = '{proxy+}';
