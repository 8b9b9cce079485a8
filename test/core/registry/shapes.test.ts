import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deploymentGroupSettingsShape, revisionShape, withoutNulls } from '../../../core/registry/shapes.ts';
import { refusalOf } from '../given.ts';

describe('the members of an input', () => {
  it('may be null, which is the same as absent, at any depth', () => {
    const body = {
      serviceRoleArn: null,
      alarmConfiguration: { enabled: true, alarms: [{ name: 'errors' }, null], ignorePollAlarmFailure: null },
      loadBalancerInfo: { elbInfoList: null },
    };
    expect(deploymentGroupSettingsShape.parse(withoutNulls(body))).toEqual({
      alarmConfiguration: { enabled: true, alarms: [{ name: 'errors' }] },
      loadBalancerInfo: {},
    });
  });

  it('that are unknown are dropped', () => {
    expect(
      revisionShape.parse({ revisionType: 'S3', s3Location: { bucket: 'b', owner: 'x' }, since: 1 }),
    ).toEqual({
      revisionType: 'S3',
      s3Location: { bucket: 'b' },
    });
  });

  it('of another JSON type are no input at all', () => {
    expect(deploymentGroupSettingsShape.safeParse({ deploymentStyle: 'BLUE_GREEN' }).success).toBe(false);
    expect(deploymentGroupSettingsShape.safeParse({ alarmConfiguration: { enabled: 'yes' } }).success).toBe(
      false,
    );
  });

  it('hold no null once they were removed, and nothing else is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (json) => {
        const text = JSON.stringify(json, (_, value: unknown) => value);
        const clean = JSON.stringify(withoutNulls(JSON.parse(text)));
        const stripped = JSON.stringify(JSON.parse(text), (_, value: unknown) => {
          if (Array.isArray(value)) return value.filter((item) => item !== null);
          return value !== null && typeof value === 'object'
            ? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
            : value;
        });
        expect(clean).toEqual(stripped);
      }),
    );
  });

  it('are refused with half of a surrogate pair, in a value as in a name', () => {
    for (const body of [{ a: ['\ud83d'] }, { '\ude00': 1 }]) {
      expect(refusalOf(() => withoutNulls(body)).code).toBe('SerializationException');
    }
    expect(withoutNulls({ a: '\ud83d\ude00' })).toEqual({ a: '😀' });
  });

  it('are refused when nested deeper than any operation takes', () => {
    const deep = JSON.parse('['.repeat(5000) + ']'.repeat(5000)) as unknown;
    expect(refusalOf(() => withoutNulls(deep)).code).toBe('SerializationException');
  });
});
