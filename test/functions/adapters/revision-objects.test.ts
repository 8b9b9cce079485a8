import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { contentOf, failureOf } from '../../../functions/adapters/revision-objects.ts';

const MOST = 102_400;

describe('the body of an object in S3', () => {
  it('is read as text, also where a character lies across two chunks, and without its mark of UTF-8', async () => {
    const bytes = Buffer.from('\uFEFFversion: 0.0 # é');
    const body = Readable.from([bytes.subarray(0, -1), bytes.subarray(-1)]);
    expect(await contentOf(body, bytes.length)).toEqual({ status: 'read', content: 'version: 0.0 # é' });
    expect(await contentOf(undefined, 0)).toEqual({ status: 'read', content: '' });
  });

  it('is left unread where it says that it is too large', async () => {
    const body = Readable.from(['never read']);
    expect(await contentOf(body, MOST + 1)).toMatchObject({ status: 'too-large' });
    expect(body.destroyed).toBe(true);
  });

  it('is read no further than its limit, whatever it says', async () => {
    let read = 0;
    const body = Readable.from(
      (function* chunks() {
        for (; read < 1000; read += 1) yield Buffer.alloc(1024);
      })(),
    );
    expect(await contentOf(body, 0)).toMatchObject({
      status: 'too-large',
      message: expect.stringContaining('102400'),
    });
    expect(body.destroyed).toBe(true);
    expect(read).toBeLessThan(200);
    expect(await contentOf(Readable.from([Buffer.alloc(MOST, 'x')]), MOST)).toMatchObject({ status: 'read' });
  });

  it('that is no UTF-8 is no AppSpec', async () => {
    const body = Readable.from([Buffer.from([0x50, 0x4b, 0x03, 0x04, 0xff, 0xfe])]);
    expect(await contentOf(body, 6)).toMatchObject({ status: 'not-text' });
  });
});

describe('a failure of S3', () => {
  const named = (name: string) => Object.assign(new Error('words of S3'), { name });

  it.each([
    ['missing', ['NoSuchKey', 'NoSuchBucket', 'NoSuchVersion', 'InvalidArgument', 'MethodNotAllowed']],
    ['denied', ['AccessDenied', 'InvalidRequest', 'ExpiredToken']],
    ['throttled', ['SlowDown', 'Throttling']],
  ])('is %s', (status, names) => {
    for (const name of names) {
      expect(failureOf(named(name))).toMatchObject({
        status,
        message: expect.stringContaining('words of S3'),
      });
    }
  });

  it('is throttled where only its status says so', () => {
    const unavailable = Object.assign(named('Unknown'), { $metadata: { httpStatusCode: 503 } });
    expect(failureOf(unavailable)).toEqual({ status: 'throttled', message: 'words of S3' });
  });

  it('of another kind is a bug, and is thrown on', () => {
    expect(() => failureOf(named('TypeError'))).toThrow('words of S3');
    expect(() => failureOf('text')).toThrow('text');
  });
});
