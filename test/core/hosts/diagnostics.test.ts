import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DIAGNOSTICS_CODES,
  LOG_TAIL_CHARACTERS,
  diagnosticsPayload,
  hostDiagnostics,
  logTail,
} from '../../../core/hosts/diagnostics.ts';

const sent = (members: object) => hostDiagnostics(JSON.stringify(members), 'Failed');

describe('what an agent says of a command that is done', () => {
  test.each([
    [0, 'Success'],
    [1, 'ScriptMissing'],
    [2, 'ScriptNotExecutable'],
    [3, 'ScriptTimedOut'],
    [4, 'ScriptFailed'],
    [5, 'UnknownError'],
    [6, 'UnknownError'],
    [7, 'UnknownError'],
    ['4', 'ScriptFailed'],
    ['Unknown', 'UnknownError'],
    [null, 'UnknownError'],
    [-1, 'UnknownError'],
    [1.5, 'UnknownError'],
    ['length', 'UnknownError'],
  ])('has the code %j for %s', (error_code, errorCode) => {
    expect(sent({ error_code, script_name: 's.sh', message: 'm', log: 'l' })).toEqual({
      errorCode,
      scriptName: 's.sh',
      message: 'm',
      logTail: 'l',
    });
  });

  test('is kept as it came where it is no JSON', () => {
    expect(hostDiagnostics('{"error_code":4,"mess', 'Failed')).toEqual({
      errorCode: 'UnknownError',
      scriptName: '',
      message: '{"error_code":4,"mess',
      logTail: '',
    });
  });

  test('may be missing', () => {
    expect(hostDiagnostics(undefined, 'Failed').errorCode).toBe('UnknownError');
    expect(hostDiagnostics(undefined, 'Succeeded')).toMatchObject({
      errorCode: 'Success',
      message: 'Succeeded',
    });
  });

  test('is kept within bounds, the end of the log and the beginning of the rest', () => {
    const long = sent({
      error_code: 4,
      script_name: 's'.repeat(9000),
      message: 'm'.repeat(90_000),
      log: `${'l'.repeat(90_000)}!`,
    });
    expect([long.scriptName.length, long.message.length, long.logTail.length]).toEqual([1024, 2048, 4096]);
    expect(long.logTail.endsWith('l!')).toBe(true);
  });

  test('is read beyond the 8,192 characters of the model', () => {
    const members = { error_code: 4, message: '\u0001'.repeat(2000), log: '\u0001'.repeat(2000) };
    expect(JSON.stringify(members).length).toBeGreaterThan(16_384);
    expect(sent(members).errorCode).toBe('ScriptFailed');
  });

  test('never throws, and never holds half of a character', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.constant('"\\ud800"')), (payload) => {
        const { scriptName, message, logTail: log } = hostDiagnostics(payload, 'Failed');
        expect(scriptName + message + log).not.toMatch(/\p{Surrogate}/u);
      }),
    );
    expect(sent({ error_code: 4, message: '\u{d83d}' }).message).toBe('\u{fffd}');
  });
});

describe('what our agent says of a command', () => {
  test('is what is read of it', () => {
    const payload = diagnosticsPayload({
      code: DIAGNOSTICS_CODES.scriptFailed,
      scriptName: 'bin/check.sh',
      message: 'exit 1',
      log: ['LifecycleEvent - ValidateService', 'Script - bin/check.sh', '[stderr]no'],
    });
    expect(hostDiagnostics(payload, 'Failed')).toEqual({
      errorCode: 'ScriptFailed',
      scriptName: 'bin/check.sh',
      message: 'exit 1',
      logTail: 'LifecycleEvent - ValidateService\nScript - bin/check.sh\n[stderr]no',
    });
  });
});

describe('the tail of a log', () => {
  test('is its newest whole lines, below the limit together', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 900 }), { minLength: 1 }), (entries) => {
        const tail = logTail(entries);
        expect(tail.length).toBeLessThan(LOG_TAIL_CHARACTERS);
        expect(entries.join('\n').endsWith(tail)).toBe(true);
      }),
    );
    const line = 'x'.repeat(1020);
    expect(logTail(['oldest', line, line])).toBe(`${line}\n${line}`);
  });

  test('is the end of the last line where that alone is too long, which other agents send nothing of', () => {
    expect(logTail(['before', `${'a'.repeat(5000)}the end`])).toMatch(/^a{2040}the end$/);
  });

  test('is empty for no lines', () => {
    expect(logTail([])).toBe('');
  });
});
