import type { AlarmState } from '../../functions/adapters/alarms.ts';
import type { Seen } from '../sight.ts';
import { type Line, type Tone, piece } from './line.ts';

/** What the alarms were seen to do; `unseen`: not yet. */
export type AlarmsView = Seen<readonly AlarmState[]> | { readonly status: 'unseen' };

/** A group may watch fifty alarms: those that do not ring are shown as far as there is room for them. */
const MOST_SHOWN = 5;

export function alarmLines(names: readonly string[], alarms: AlarmsView): readonly Line[] {
  const [first = [], ...others] =
    alarms.status === 'seen' ? stateLines(alarms.thing) : [unseen(names, alarms)];
  const label = 'Alarms';
  return [
    [piece(`${label}  `, 'strong'), ...first],
    ...others.map((line) => [piece(' '.repeat(label.length)), ...line]),
  ];
}

function unseen(names: readonly string[], alarms: Exclude<AlarmsView, { readonly status: 'seen' }>): Line {
  const why = {
    unseen: 'being read',
    denied: 'not permitted to read their state',
    missing: 'not to be found',
    failed: 'cannot be read now',
  }[alarms.status];
  return [piece(names.join(', ')), piece(`  ${why}`, 'quiet')];
}

function stateLines(states: readonly AlarmState[]): readonly Line[] {
  // What needs attention comes first, in the order of the group.
  const sorted = [...states].sort((one, other) => ORDER.indexOf(one.state) - ORDER.indexOf(other.state));
  const loud = sorted.filter(({ state }) => state === 'ALARM' || state === 'MISSING');
  const shown = sorted.slice(0, Math.max(MOST_SHOWN, loud.length));
  const rest = sorted.length - shown.length;
  return [
    ...shown.map(({ name, state }) => {
      const { glyph, tone, words } = LOOKS[state];
      return [piece(`${glyph} `, tone), piece(name), piece(`  ${words}`, tone)];
    }),
    ...(rest === 0 ? [] : [[piece(`… and ${rest} more that do not ring`, 'quiet')]]),
  ];
}

const ORDER: readonly AlarmState['state'][] = ['ALARM', 'MISSING', 'INSUFFICIENT_DATA', 'OK'];

const LOOKS: Readonly<
  Record<AlarmState['state'], { readonly glyph: string; readonly tone: Tone; readonly words: string }>
> = {
  ALARM: { glyph: '✗', tone: 'bad', words: 'ALARM' },
  MISSING: { glyph: '!', tone: 'warning', words: 'there is no such alarm' },
  INSUFFICIENT_DATA: { glyph: '?', tone: 'quiet', words: 'INSUFFICIENT_DATA' },
  OK: { glyph: '✓', tone: 'good', words: 'OK' },
};
