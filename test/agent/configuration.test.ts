import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigurationError, readConfiguration } from '../../agent/configuration.ts';
import { aSigner } from './signed-specification.ts';

const SECRET = 'a-secret-of-this-host-alone';
const ENDPOINT = `https://sluice.example.com/hosts/${SECRET}`;
const { certificate } = aSigner();
const least = {
  deploy_control_endpoint: ENDPOINT,
  host_identifier: 'arn:aws:iam::111122223333:user/web-1',
  specification_certificate: certificate,
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-configuration-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const KNOWS_PROXIES = process.allowedNodeEnvironmentFlags.has('--use-env-proxy');

function read(content: object | string, mode = 0o600, variables: NodeJS.ProcessEnv = {}) {
  const path = join(folder, 'agent.yml');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content), { mode });
  chmodSync(path, mode);
  return readConfiguration(path, variables);
}

describe('the configuration of an agent', () => {
  it('needs an endpoint, a name and a certificate', () => {
    expect(read(least)).toMatchObject({
      hostIdentifier: least.host_identifier,
      rootFolder: '/opt/sluice-agent',
      filesRoot: '/',
      secondsBetweenPolls: 15,
      mostRevisions: 5,
      warnings: [],
    });
  });

  it('may name the file of the certificate', () => {
    const path = join(folder, 'specification.pem');
    writeFileSync(path, certificate);
    const { specificationCertificate } = read({ ...least, specification_certificate: path });
    expect(specificationCertificate.subject).toContain('Sluice');
  });

  it('warns where others may read the secret', () => {
    const { warnings } = read(least, 0o644);
    expect(warnings.join()).toContain('chmod 600');
    expect(warnings.join()).not.toContain(SECRET);
  });

  it.each([
    [{}, 0],
    [{ https_proxy: 'http://p' }, 1],
    [{ HTTPS_PROXY: 'http://p', NODE_USE_ENV_PROXY: '1' }, Number(!KNOWS_PROXIES)],
  ])('warns of a proxy that is not used: %j', (variables, warnings) => {
    expect(read(least, 0o600, variables).warnings).toHaveLength(warnings);
  });

  it.each<[string, object | string, string]>([
    ['a member that is missing', { ...least, host_identifier: undefined }, 'host_identifier'],
    ['a member that is unknown', { ...least, wait_between_run: 1 }, 'wait_between_run: unknown here'],
    ['no time between polls', { ...least, wait_between_runs: 0 }, 'wait_between_runs'],
    ['polls too rare for a deployment', { ...least, wait_between_runs: 241 }, 'must be at most 240 seconds'],
    [
      'the proxy of another agent',
      { ...least, proxy_uri: 'http://p' },
      'with NODE_USE_ENV_PROXY=1 and HTTPS_PROXY',
    ],
    ['no revision to keep', { ...least, max_revisions: 0 }, 'max_revisions'],
    ['a folder that is not absolute', { ...least, root_dir: 'here' }, 'root_dir: must be an absolute path'],
    ['an endpoint that is no URL', { ...least, deploy_control_endpoint: SECRET }, 'is no URL'],
    [
      'an endpoint without TLS',
      { ...least, deploy_control_endpoint: ENDPOINT.replace('https', 'http') },
      'must be an https URL',
    ],
    ['text that is no certificate', { ...least, specification_certificate: '-----BEGIN' }, 'no certificate'],
    [
      'the file of a certificate that is not there',
      { ...least, specification_certificate: '/no/such.pem' },
      'cannot be read (ENOENT)',
    ],
    [
      'what is no YAML',
      `host_identifier: x\ndeploy_control_endpoint: "${ENDPOINT}\n`,
      'no YAML: the fault is at line',
    ],
    ['a list', `[${ENDPOINT}]`, 'must be a mapping'],
  ])('refuses %s, and never quotes the secret', (_, content, words) => {
    let said = '';
    try {
      read(content);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigurationError);
      said = (error as Error).message;
    }
    expect(said).toContain(words);
    expect(said).not.toContain(SECRET);
  });
});
