import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { realAccount } from '../../infra/local-differences.ts';
import { sluiceApp } from '../../infra/sluice-app.ts';
import { synthesized } from './synthesized.ts';
import { at, ofType, type Template } from './template.ts';

/** What README and the comment say of the total; a function that is added is counted here as well. */
const MOST_TOGETHER = 280;

function reserved(template: Template): readonly (readonly [string, number])[] {
  return ofType(template, 'AWS::Lambda::Function').flatMap(({ path, properties }) => {
    const { ReservedConcurrentExecutions: count } = properties;
    return count === undefined ? [] : [[path, count as number] as const];
  });
}

describe('the concurrency that is reserved', () => {
  const counts = reserved(synthesized(realAccount('Sluice')));

  it('is given to whatever the outside can call, and to no task of a workflow', () => {
    const paths = ofType(synthesized(realAccount('Sluice')), 'AWS::Lambda::Function').map(({ path }) => path);
    expect(counts.map(([path]) => path)).toEqual(paths.filter((path) => !path.startsWith('Workflows/')));
  });

  it('is modest together', () => {
    const together = counts.reduce((sum, [, count]) => sum + count, 0);
    expect(together).toBeGreaterThan(0);
    expect(together).toBeLessThanOrEqual(MOST_TOGETHER);
  });

  it('is left out of a stack for an account with a small quota', () => {
    expect(reserved(synthesized({ ...realAccount('Sluice'), reservesConcurrency: false }))).toEqual([]);
  });

  it('leaves half of the gateway free of polls that are held, and without it none is held', () => {
    const held = (place: Parameters<typeof synthesized>[0]) => {
      const { properties } = at(synthesized(place), 'FrontDoor/Hosts/Gateway');
      const { Variables } = properties['Environment'] as {
        readonly Variables: Readonly<Record<string, string>>;
      };
      return [properties['ReservedConcurrentExecutions'], Variables['MOST_HELD_POLLS']];
    };
    expect(held(realAccount('Sluice'))).toEqual([200, '100']);
    expect(held({ ...realAccount('Sluice'), reservesConcurrency: false })).toEqual([undefined, '0']);
  });

  it('can be switched off, and nothing else be said of it', async () => {
    const app = new App({ context: { reservedConcurrency: '0' } });
    await expect(sluiceApp(app)).rejects.toThrow('can only be "none", not 0');
  });
});
