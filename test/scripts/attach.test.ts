import { expect, it } from 'vitest';
import { runningCloud } from '../../scripts/local-cloud/attach.ts';

it('starts a cloud of its own where no endpoint is named', () => {
  expect(runningCloud({})).toBeUndefined();
  expect(runningCloud({ AWS_ENDPOINT_URL: '' })).toBeUndefined();
});

it.each(['http://127.0.0.1:4566', 'http://127.3.2.1:4566', 'http://localhost:4566', 'http://[::1]:4566'])(
  'takes the emulator at %s, which is on this machine',
  (endpoint) => {
    expect(runningCloud({ AWS_ENDPOINT_URL: `${endpoint}/` })).toBe(endpoint);
  },
);

it.each(['https://dynamodb.us-east-1.amazonaws.com', 'http://10.0.0.7:4566', 'http://127.0.0.1.example.com'])(
  'refuses %s, which is not, unless that is confirmed',
  (endpoint) => {
    expect(() => runningCloud({ AWS_ENDPOINT_URL: endpoint })).toThrow('SLUICE_CONFIRM_REMOTE=yes');
    expect(runningCloud({ AWS_ENDPOINT_URL: endpoint, SLUICE_CONFIRM_REMOTE: 'yes' })).toBe(endpoint);
  },
);

it('names what is not an address', () => {
  expect(() => runningCloud({ AWS_ENDPOINT_URL: 'localhost' })).toThrow('localhost');
});
