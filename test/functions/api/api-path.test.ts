import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ApiPath } from '../../../functions/api/api-path.ts';
import { apiPathOf } from '../../../functions/api/api-path.ts';
import { api, requestOf } from '../../support/api.ts';
import { routed } from '../../support/routed.ts';

function pathOf(given: string): ApiPath {
  return apiPathOf(requestOf('GetApplication', {}, routed(given)));
}

test('a path says whether its callers may write, and in which application', () => {
  expect(pathOf('/')).toEqual({ access: 'write' });
  expect(pathOf('/read')).toEqual({ access: 'read' });
  expect(pathOf('/applications/shop')).toEqual({ access: 'write', applicationName: 'shop' });
  expect(pathOf('/applications/shop/read')).toEqual({ access: 'read', applicationName: 'shop' });
});

test('a slash at the end changes nothing, since SDKs append one', () => {
  for (const path of ['/read', '/applications/shop', '/applications/shop/read']) {
    expect(pathOf(`${path}/`)).toEqual(pathOf(path));
  }
});

test('an application of any name has its path, whatever the name looks like', () => {
  for (const applicationName of ['read', 'applications', 'a+b=c,d.e@f_g-h', '..a', 'a..', 'x'.repeat(100)]) {
    expect(pathOf(`/applications/${applicationName}`)).toEqual({ access: 'write', applicationName });
    expect(pathOf(`/applications/${applicationName}/read`)).toEqual({ access: 'read', applicationName });
  }
});

const NOBODYS = [
  '/applications/',
  '/applications//',
  '/applications//shop',
  '/applications/shop//',
  '/applications/shop/read//',
  '/applications/shop/reading',
  '/applications/shop/read/read',
  '/applications/shop/READ',
  '/applications/other/../shop',
  '/applications/other/applications/shop',
  '/applications/.',
  '/applications/..',
  '/applications/../read',
  `/applications/${'x'.repeat(101)}`,
  '/applications/sh op',
  '/applications/shöp',
  '/applications/shop?',
  '/applications/shop#',
  '/applications/shop*',
  '/applications/shop%',
  '/applications/shop\n',
  '/applications/shop\u0000',
  '/read//',
  '/read/shop',
  '/read/applications/shop',
];

test('what is no path of these is 404, and says which there are', async () => {
  const { call } = api();
  for (const path of NOBODYS) {
    const { status, json } = await call('ListDeploymentConfigs', {}, path);
    expect([path, status, json.__type]).toEqual([path, 404, 'UnknownOperationException']);
    expect(json.message).toContain('/applications/NAME');
  }
});

test('an escape of an escape is decoded by nobody', async () => {
  const { call } = api();
  for (const path of [
    '/applications/sho%2570',
    '/applications/other%252F..%252Fshop',
    '/applications/%2e%2e',
  ]) {
    expect((await call('ListDeploymentConfigs', {}, path)).status).toBe(404);
  }
});

/** What another gateway might make of a path: only where it agrees with the path itself is the call carried out. */
test('a name that the gateway read off another path than IAM looked at is refused', () => {
  const proxied = (proxy: string) => ({ ...routed('/applications/shop'), pathParameters: { proxy } });
  expect(apiPathOf(requestOf('', {}, proxied('shop/')))).toEqual(pathOf('/applications/shop'));
  for (const proxy of ['other', 'op', 'shop/read', '', '/applications/shop']) {
    expect(() => apiPathOf(requestOf('', {}, proxied(proxy)))).toThrow('There is nothing at');
  }
  const { pathParameters: _, ...without } = routed('/applications/shop');
  expect(() => apiPathOf(requestOf('', {}, without))).toThrow('There is nothing at');
  const swapped = { ...routed('/applications/shop'), routeKey: 'POST /read/{proxy+}' };
  expect(() => apiPathOf(requestOf('', {}, swapped))).toThrow('There is nothing at');
});

test('a custom domain may map the whole API below a path of its own', () => {
  const { routeKey } = routed('/read');
  expect(apiPathOf(requestOf('', {}, { routeKey, rawPath: '/sluice/read' }))).toEqual({ access: 'read' });
  expect(apiPathOf(requestOf('', {}, { routeKey: 'POST /', rawPath: '/sluice' }))).toEqual({
    access: 'write',
  });
});

/** A policy may end in `*`: whatever it grants begins with what stands before. */
test('no path reaches an application whose name does not begin as the path itself does', () => {
  const piece = fc.constantFrom(
    'a',
    'shop',
    '/',
    '.',
    '..',
    '%2F',
    '%2f',
    '%2e',
    '%252F',
    '%61',
    '/read',
    '',
  );
  const tail = fc.oneof(
    fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
    fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  );
  fc.assert(
    fc.property(tail, (end) => {
      let reached: ApiPath | undefined;
      try {
        reached = pathOf(`/applications/team-${end}`);
      } catch {
        return;
      }
      expect(reached.applicationName).toMatch(/^team-/);
    }),
  );
});
