import { describe, expect, it } from 'vitest';
import { ec2TagGroups, isChosen, onPremisesTagGroups } from '../../../core/deployments/membership.ts';

const tags = (...pairs: readonly string[]) =>
  pairs.map((pair) => ({ Key: pair.split('=')[0] ?? '', Value: pair.split('=')[1] ?? '' }));

describe('an instance is chosen', () => {
  const flat = ec2TagGroups({
    ec2TagFilters: [
      { Key: 'stage', Value: 'Prod', Type: 'KEY_AND_VALUE' },
      { Key: 'web', Type: 'KEY_ONLY' },
      { Value: 'Backup', Type: 'VALUE_ONLY' },
    ],
  });

  it.each([
    [tags('stage=Prod'), true],
    [tags('stage=prod'), false],
    [tags('stage=Other'), false],
    [tags('web=anything'), true],
    [tags('any=Backup'), true],
    [tags('Backup=any'), false],
    [[], false],
  ])('by any filter of a flat list: %j %s', (given, chosen) => {
    expect(isChosen(flat, given)).toBe(chosen);
  });

  it('by at least one filter of each group of a set', () => {
    const set = onPremisesTagGroups({
      onPremisesTagSet: [
        [{ Key: 'stage', Value: 'Prod' }],
        [
          { Key: 'web', Type: 'KEY_ONLY' },
          { Key: 'api', Type: 'KEY_ONLY' },
        ],
      ],
    });
    expect(isChosen(set, tags('stage=Prod', 'api=1'))).toBe(true);
    expect(isChosen(set, tags('stage=Prod'))).toBe(false);
    expect(isChosen(set, tags('api=1'))).toBe(false);
  });

  it('by nothing where nothing is asked for', () => {
    expect(isChosen(ec2TagGroups({}), tags('stage=Prod'))).toBe(false);
  });
});
