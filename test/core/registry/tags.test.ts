import { describe, expect, it } from 'vitest';
import { keysToRemove, tagsOf, tagsToAdd, withTags, withoutTags } from '../../../core/registry/tags.ts';
import { refusalOf } from '../given.ts';

const tag = (Key: string, Value = '') => ({ Key, Value });
const fifty = Array.from({ length: 50 }, (_, index) => tag(`key-${String(index).padStart(2, '0')}`));

describe('tags', () => {
  it('come in the order of their keys, and a value may be empty or absent', () => {
    expect(tagsOf([{ Key: 'b' }, { Key: 'a', Value: '' }, tag('B', 'x')])).toEqual([
      tag('B', 'x'),
      tag('a'),
      tag('b'),
    ]);
    expect(tagsOf([])).toEqual([]);
  });

  it('count what people count as one character', () => {
    expect(tagsOf([tag('😀'.repeat(128), '😀'.repeat(256))])).toHaveLength(1);
  });

  it.each([
    [/no Key/, [{ Value: 'x' }]],
    [/no Key/, [tag('')]],
    [/more than 128/, [tag('x'.repeat(129))]],
    [/more than 256/, [tag('a', 'x'.repeat(257))]],
    [/begins with aws:/, [tag('AWS:createdBy', 'x')]],
    [/"a" occurs twice/, [tag('a', '1'), tag('a', '2')]],
    [/they would be 51, and at most 50/, [...fifty, tag('one-more')]],
  ])('are refused: %s', (message, tags) => {
    const refusal = refusalOf(() => tagsOf(tags));
    expect(refusal.code).toBe('InvalidTagsToAddException');
    expect(refusal.message).toMatch(message);
  });

  it('that are added replace those of the same key, and what is there already is no change', () => {
    const before = [tag('a', '1'), tag('c', '3')];
    expect(tagsToAdd(before, [tag('a', '1')])).toEqual([]);
    const added = tagsToAdd(before, [tag('a', '2'), tag('b', '2'), tag('c', '3')]);
    expect(added).toEqual([tag('a', '2'), tag('b', '2')]);
    expect(withTags(before, added)).toEqual([tag('a', '2'), tag('b', '2'), tag('c', '3')]);
  });

  it('are fifty at most together with those that are there', () => {
    expect(refusalOf(() => tagsToAdd(fifty, [tag('one-more')])).code).toBe('InvalidTagsToAddException');
    expect(tagsToAdd(fifty, [tag('key-00', 'new')])).toHaveLength(1);
  });

  it('are removed by their keys, of which unknown ones do not count', () => {
    const before = [tag('a', '1'), tag('b', '2')];
    const keys = keysToRemove(before, ['b', 'nobody', 'b']);
    expect(keys).toEqual(['b']);
    expect(withoutTags(before, keys)).toEqual([tag('a', '1')]);
  });
});
