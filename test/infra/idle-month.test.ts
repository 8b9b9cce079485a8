import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { STREAM_CONSUMERS } from '../../cli/deployment-cost.ts';
import { LIST_PRICES, READ_UNIT_DOLLARS } from '../../core/cost/prices.ts';
import { realAccount } from '../../infra/local-differences.ts';
import { synthesized } from './synthesized.ts';
import { ofType } from './template.ts';

const template = synthesized(realAccount('Sluice'));

/** US dollars, list prices of us-east-1 of November 2026. */
const ALARM_MONTH = 0.1;
const KEY_MONTH = 1;

/** As AWS reckons months. */
const MINUTES_OF_A_MONTH = 730 * 60;

describe('a month in which nothing is deployed', () => {
  it('costs what README says: the alarms and keys of the stack, and a sweep each minute that reads one row', () => {
    const alarms = ofType(template, 'AWS::CloudWatch::Alarm').length;
    const schedules = ofType(template, 'AWS::Events::Rule').map(
      ({ properties }) => properties['ScheduleExpression'],
    );
    expect(schedules.filter((expression) => expression !== undefined)).toEqual(['rate(1 minute)']);
    const sweeps = MINUTES_OF_A_MONTH * (LIST_PRICES.lambdaRequests + READ_UNIT_DOLLARS);
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    expect(readme).toContain(`${alarms} alarms`);
    const keys = ofType(template, 'AWS::KMS::Key').length;
    expect(readme).toContain(`$${(alarms * ALARM_MONTH + keys * KEY_MONTH + sweeps).toFixed(2)}`);
  });

  it('has as many functions at the stream of the log as sluice cost counts calls for', () => {
    expect(ofType(template, 'AWS::Lambda::EventSourceMapping')).toHaveLength(STREAM_CONSUMERS);
  });
});
