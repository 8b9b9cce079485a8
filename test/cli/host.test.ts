import { describe, expect, it } from 'vitest';
import { CannotDo } from '../../cli/command.ts';
import type { HostsApi } from '../../cli/host/hosts-api.ts';
import type { HostView } from '../../core/views/v1-hosts.ts';
import { NOW, localCloud, memoryTables, sluice } from './memory-tables.ts';

const tables = memoryTables({ allEvents: () => [], allRows: () => [] });
const ISSUED = { version: '1', hostIdentifier: 'arn', endpoint: 'https://api.example/hosts/secret' } as const;
const MADE = 'arn:aws:sts::123456789012:assumed-role/sluice-host/web-7';
const lambda = 'arn:aws:states:eu-west-1:123456789012:stateMachine:Sluice-lambda';
const target = { ...localCloud, stateMachines: { ...localCloud.stateMachines, lambda } };

function fakeHosts(
  registered?: string,
  hosts: readonly HostView[] = [],
): HostsApi & { readonly asked: unknown[] } {
  const asked: unknown[] = [];
  return {
    asked,
    identifierOf: async () => registered,
    registerInstance: async (...given) => void asked.push(['register', ...given]),
    tagInstance: async (...given) => void asked.push(['tag', ...given]),
    issue: async (name) => (asked.push(['issue', name]), ISSUED),
    rotate: async (name) => (asked.push(['rotate', name]), ISSUED),
    revoke: async (name) => (asked.push(['revoke', name]), undefined),
    list: async () => hosts,
    certificate: async () => '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
  };
}

const run = (hosts: HostsApi, ...words: readonly string[]) =>
  sluice(tables, ['host', ...words], undefined, { hosts, target });

describe('sluice host register', () => {
  it('registers a new instance under an ARN that is made for it, with its tags', async () => {
    const hosts = fakeHosts();
    const { code, printed, noted } = await run(
      hosts,
      'register',
      'web-7',
      '--tag',
      'Role=web',
      '--tag',
      'Note=a=b',
    );
    expect(code).toBe(0);
    expect(hosts.asked).toEqual([
      ['register', 'web-7', { iamSessionArn: MADE }],
      [
        'tag',
        'web-7',
        [
          { Key: 'Role', Value: 'web' },
          { Key: 'Note', Value: 'a=b' },
        ],
      ],
      ['issue', 'web-7'],
    ]);
    expect(printed).toEqual([
      'deploy_control_endpoint: https://api.example/hosts/secret',
      'host_identifier: arn',
    ]);
    expect(noted.join('\n')).toMatch(/not shown again/);
  });

  it('prints for scripts what it prints once, and nothing else', async () => {
    const { printed, noted } = await run(fakeHosts(), 'register', 'web-7', '--json');
    expect(printed.map((line) => JSON.parse(line) as unknown)).toEqual([
      { hostIdentifier: 'arn', endpoint: 'https://api.example/hosts/secret' },
    ]);
    expect(noted).toEqual([]);
  });

  it('takes the ARN of the keys that a stock agent has', async () => {
    const hosts = fakeHosts();
    await run(hosts, 'register', 'web-7', '--iam-user-arn', 'arn:aws:iam::1:user/web-7');
    expect(hosts.asked[0]).toEqual(['register', 'web-7', { iamUserArn: 'arn:aws:iam::1:user/web-7' }]);
  });

  it('leaves an instance as it is that is registered, and refuses another ARN for it', async () => {
    const hosts = fakeHosts('arn:aws:iam::1:user/web-7');
    expect((await run(hosts, 'register', 'web-7')).code).toBe(0);
    expect(hosts.asked).toEqual([['issue', 'web-7']]);
    const other = await run(hosts, 'register', 'web-7', '--iam-user-arn', 'arn:aws:iam::1:user/other');
    expect(other.code).toBe(1);
    expect(other.noted.join('\n')).toMatch(/deregister-on-premises-instance --instance-name web-7/);
    expect(hosts.asked).toHaveLength(1);
  });

  it('says of a host that was registered and got no secret how to go on, and how to go back', async () => {
    const refuse = async () => {
      throw new CannotDo('your AWS credentials do not permit it.');
    };
    const { code, noted } = await run({ ...fakeHosts(), issue: refuse }, 'register', 'web-7');
    expect([code, noted.join('\n')]).toEqual([
      1,
      expect.stringMatching(/do not permit it. web-7 .* same again/),
    ]);
    expect(noted.join('\n')).toContain('deregister-on-premises-instance --instance-name web-7');
    const present = { ...fakeHosts('arn:aws:iam::1:user/web-7'), issue: refuse };
    expect((await run(present, 'register', 'web-7')).noted.join('\n')).not.toContain('same again');
  });

  it.each([
    [['--tag', 'Role'], /KEY=VALUE/],
    [['--tag', '=web'], /KEY=VALUE/],
    [['--iam-user-arn', 'a', '--iam-session-arn', 'b'], /exclude each other/],
  ])('is not understood with %j', async (words, said) => {
    const hosts = fakeHosts();
    const { code, noted } = await run(hosts, 'register', 'web-7', ...words);
    expect([code, noted.join('\n')]).toEqual([2, expect.stringMatching(said)]);
    expect(hosts.asked).toEqual([]);
  });
});

describe('sluice host', () => {
  it('rotates a secret and tells the new endpoint', async () => {
    const hosts = fakeHosts();
    expect((await run(hosts, 'rotate', 'web-7')).printed[0]).toBe(
      'deploy_control_endpoint: https://api.example/hosts/secret',
    );
    expect(hosts.asked).toEqual([['rotate', 'web-7']]);
  });

  it('revokes a secret, and says how to let the host in again', async () => {
    const hosts = fakeHosts();
    expect((await run(hosts, 'revoke', 'web-7')).printed.join('\n')).toContain('sluice host register web-7');
    expect(hosts.asked).toEqual([['revoke', 'web-7']]);
  });

  it('says of what the host was at work on that it fails, and how to follow it', async () => {
    const command = { deploymentId: 'd-SERVER001', lifecycleEventName: 'Install', isAcknowledged: true };
    const { code, printed } = await run({ ...fakeHosts(), revoke: async () => command }, 'revoke', 'web-7');
    expect([code, ...printed.slice(1)]).toEqual([
      0,
      'web-7 runs Install of d-SERVER001 and can no longer answer, so that this fails there when its time is over. ' +
        'Follow it: npx sluice watch d-SERVER001',
    ]);
  });

  it('revokes that of an instance, which nobody registers and which may enrol itself again', async () => {
    const said = (await run(fakeHosts(), 'revoke', 'i-0a1b2c3d4e5f6a7b8')).printed.join('\n');
    expect(said).toMatch(/may enrol itself again, .* POST \/hosts/);
    expect(said).not.toContain('register');
  });

  it('prints the certificate as it goes into a file', async () => {
    const { printed } = await run(fakeHosts(), 'certificate');
    expect(printed).toEqual(['-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----']);
  });
});

describe('sluice host list', () => {
  const common = { hostIdentifier: 'arn', issuedAt: new Date(NOW).toISOString() };
  const seen = (milliseconds: number) => new Date(NOW - milliseconds).toISOString();
  const command = { deploymentId: 'd-SERVER001', lifecycleEventName: 'Install', isAcknowledged: true };
  const hosts: readonly HostView[] = [
    {
      ...common,
      name: 'a',
      isSilent: false,
      lastPolledAt: seen(4_000),
      agentVersion: 'sluice/0.1.0',
      command,
    },
    {
      ...common,
      name: 'b',
      isSilent: true,
      lastPolledAt: seen(180_000),
      agentVersion: 'OFFICIAL_1.8.1',
      command: { ...command, isAcknowledged: false },
    },
    { ...common, name: 'c', isSilent: true },
    {
      ...common,
      name: 'd',
      isSilent: false,
      lastPolledAt: seen(1_000),
      agentVersion: '2.1.0',
      clockSkewSeconds: -300,
    },
  ];

  it('says in words when each was seen, by which agent, and what it runs', async () => {
    const { code, printed } = await run(fakeHosts(undefined, hosts), 'list');
    expect(code).toBe(0);
    expect(printed.map((line) => line.replaceAll(/ {2,}/g, ' | '))).toEqual([
      'a | seen 4s ago | sluice/0.1.0 | runs Install of d-SERVER001',
      'b | silent, last seen 3m ago | OFFICIAL_1.8.1 | is to take up Install of d-SERVER001',
      'c | never seen | no agent yet | idle',
      'd | seen 1s ago, its clock is 5m behind | 2.1.0 | idle',
    ]);
  });

  it('is a line of JSON for each, for scripts', async () => {
    const { printed } = await run(fakeHosts(undefined, hosts), 'list', '--json');
    expect(printed.map((line) => JSON.parse(line) as unknown)).toEqual(hosts);
  });

  it('says where there are none how to let one in', async () => {
    const { code, noted } = await run(fakeHosts(), 'list');
    expect([code, noted.join('')]).toEqual([0, expect.stringContaining('sluice host register NAME')]);
  });
});
