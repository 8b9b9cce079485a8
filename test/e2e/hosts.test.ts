import { DeregisterOnPremisesInstanceCommand } from '@aws-sdk/client-codedeploy';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { X509Certificate, randomUUID } from 'node:crypto';
import type * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { describe, expect, it } from 'vitest';
import { hostOutputShapes } from '../../core/hosts/protocol.ts';
import { specificationShape } from '../../core/hosts/specification.ts';
import { certificateAnswer, hostsAnswer, issuedHostAnswer } from '../../core/views/v1-hosts.ts';
import { targetStream } from '../../core/deployments/target-stream.ts';
import { OURS, RUBY, administer, ask, onPremises } from './agent-calls.ts';
import { codedeploy, dynamodb, local, store } from './cloud.ts';
import { commanded, outcome, s3 } from './host-deployments.ts';
import { policyOf, userUnder } from './iam-users.ts';
import { sluice } from './sluice.ts';

async function specificationIn(envelope: string, certificate: string) {
  const der = (pem: string) => new Uint8Array(Buffer.from(pem.replaceAll(/-----.*-----|\n/g, ''), 'base64'));
  const info = pkijs.ContentInfo.fromBER(der(envelope));
  const data = new pkijs.SignedData({ schema: info.content as asn1js.Sequence });
  // The certificate inside is the one that is pinned, and the signature is by its key.
  const [inside] = data.certificates ?? [];
  expect(Buffer.from((inside as pkijs.Certificate).toSchema().toBER()).equals(der(certificate))).toBe(true);
  const verified = await data.verify({ signer: 0, checkChain: false, extendedMode: true });
  expect(verified.signatureVerified).toBe(true);
  const content = Buffer.from(data.encapContentInfo.eContent?.valueBlock.valueHexView ?? []).toString();
  return specificationShape.parse(JSON.parse(content));
}

describe('a host', () => {
  it('gets a secret that only its hash is kept of, and loses it at once when it is revoked', async () => {
    const { name, hostIdentifier, endpoint } = await onPremises();
    const poll = (at: string) => ask(at, 'PollHostCommand', { HostIdentifier: hostIdentifier });
    expect(endpoint.startsWith(`${local.hostsEndpoint}/`)).toBe(true);
    expect(await poll(endpoint)).toEqual({ status: 200, body: {} });
    const secret = endpoint.slice(local.hostsEndpoint.length + 1);
    const { Items } = await dynamodb.send(new ScanCommand({ TableName: local.tables.live }));
    expect(Buffer.from(secret, 'base64url').length).toBeGreaterThanOrEqual(16);
    expect(JSON.stringify(Items)).toContain(hostIdentifier);
    expect(JSON.stringify(Items)).not.toContain(secret);

    const second = issuedHostAnswer.parse(await administer('v1/hosts/rotate', { name }));
    const third = issuedHostAnswer.parse(await administer('v1/hosts/rotate', { name }));
    expect((await poll(endpoint)).body['__type']).toBe('UnrecognizedClientException');
    expect((await poll(second.endpoint)).status).toBe(200);
    expect((await poll(third.endpoint)).status).toBe(200);
    const { hosts } = hostsAnswer.parse(await administer('v1/hosts'));
    expect(hosts.find((host) => host.name === name)).toMatchObject({
      hostIdentifier,
      agentVersion: RUBY,
      isSilent: false,
    });
    const { specificationCertificate } = certificateAnswer.parse(await administer('v1/hosts/certificate'));
    expect(new X509Certificate(specificationCertificate).subject).toBe('CN=Sluice deployment specifications');

    await administer('v1/hosts/revoke', { name });
    expect((await poll(third.endpoint)).body['__type']).toBe('UnrecognizedClientException');
    expect((await poll(second.endpoint)).body['__type']).toBe('UnrecognizedClientException');
  });

  it('that is deregistered asks for work no more', async () => {
    const { name, hostIdentifier, endpoint } = await onPremises();
    const poll = () => ask(endpoint, 'PollHostCommand', { HostIdentifier: hostIdentifier });
    expect((await poll()).status).toBe(200);
    await codedeploy.send(new DeregisterOnPremisesInstanceCommand({ instanceName: name }));
    expect((await poll()).body['__type']).toBe('UnrecognizedClientException');
  });

  it('is registered by nobody who may only read', async () => {
    const arn = `arn:aws:execute-api:${local.region}:${local.accountId}:*/*/GET/v1/*`;
    const { key } = await userUnder(
      policyOf({ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: arn }),
    );
    expect(hostsAnswer.parse(await administer('v1/hosts', undefined, key)).version).toBe('1');
    await expect(administer('v1/hosts', { name: 'x' }, key)).rejects.toThrow('403');
    await expect(administer('hosts', {}, key)).rejects.toThrow('403');
  });

  it('is answered on a GET at once, like everybody', async () => {
    const { endpoint } = await onPremises();
    const root = local.hostsEndpoint.slice(0, -'hosts'.length);
    const answers = await Promise.all(
      [root, endpoint, `${local.hostsEndpoint}/nonsense`].map((url) => fetch(url)),
    );
    expect(new Set(answers.map(({ status }) => status)).size).toBe(1);
    expect(new Set(await Promise.all(answers.map((answer) => answer.text()))).size).toBe(1);
  });
});

describe('an agent', () => {
  it('is handed its command, told what to do and believed when it is done', async () => {
    const { name, hostIdentifier, endpoint } = await onPremises();
    const { deploymentId, hostCommandIdentifier, waitingExecutionArn } = await commanded(
      hostIdentifier,
      name,
    );
    const polled = await ask(endpoint, 'PollHostCommand', { HostIdentifier: hostIdentifier });
    const { HostCommand } = hostOutputShapes.PollHostCommand.parse(polled.body);
    expect(HostCommand).toMatchObject({
      HostCommandIdentifier: hostCommandIdentifier,
      CommandName: 'ApplicationStop',
    });

    const { specificationCertificate } = certificateAnswer.parse(await administer('v1/hosts/certificate'));
    const members = {
      DeploymentExecutionId: HostCommand?.DeploymentExecutionId,
      HostIdentifier: hostIdentifier,
    };
    const told = await ask(endpoint, 'GetDeploymentSpecification', members);
    const { DeploymentSpecification } = hostOutputShapes.GetDeploymentSpecification.parse(told.body);
    const specification = await specificationIn(
      DeploymentSpecification.GenericEnvelope.Payload,
      specificationCertificate,
    );
    expect(specification).toMatchObject({
      DeploymentId: deploymentId,
      ApplicationName: 'shop',
      FileExistsBehavior: 'OVERWRITE',
    });
    expect(await (await fetch(specification.BundleAddress ?? '')).text()).toBe('a bundle');

    const acknowledge = () =>
      ask(endpoint, 'PutHostCommandAcknowledgement', { HostCommandIdentifier: hostCommandIdentifier });
    expect((await acknowledge()).body).toEqual({ CommandStatus: 'InProgress' });
    expect((await acknowledge()).body).toEqual({ CommandStatus: 'Failed' });
    const done = { HostCommandIdentifier: hostCommandIdentifier, CommandStatus: 'Succeeded' };
    expect(await ask(endpoint, 'PutHostCommandComplete', done)).toEqual({ status: 200, body: {} });
    expect(await outcome(waitingExecutionArn)).toBe('SUCCEEDED');
  });

  it('that fails what it was handed ends the wait of the workflow', async () => {
    const { name, hostIdentifier, endpoint } = await onPremises();
    const { hostCommandIdentifier, waitingExecutionArn } = await commanded(hostIdentifier, name);
    await ask(endpoint, 'PollHostCommand', { HostIdentifier: hostIdentifier });
    const Payload = JSON.stringify({
      error_code: 4,
      script_name: 'stop.sh',
      message: 'exit 1',
      log: '[stderr]no',
    });
    const failed = {
      HostCommandIdentifier: hostCommandIdentifier,
      CommandStatus: 'Failed',
      Diagnostics: { Format: 'JSON', Payload },
    };
    expect((await ask(endpoint, 'PutHostCommandComplete', failed)).status).toBe(200);
    expect((await ask(endpoint, 'PutHostCommandComplete', failed)).status).toBe(200);
    expect(await outcome(waitingExecutionArn)).toBe('FAILED');
  });

  it('sends the whole output of a command where it is told to, and `sluice output` prints it', async () => {
    const { name, hostIdentifier, endpoint } = await onPremises();
    const { deploymentId, hostCommandIdentifier } = await commanded(hostIdentifier, name);
    const begun = await ask(
      endpoint,
      'PutHostCommandAcknowledgement',
      { HostCommandIdentifier: hostCommandIdentifier },
      OURS,
    );
    const { OutputUploadAddress = '' } = hostOutputShapes.PutHostCommandAcknowledgement.parse(begun.body);
    expect((await fetch(OutputUploadAddress, { method: 'PUT', body: 'all of it' })).status).toBe(200);
    expect(
      (
        await fetch(OutputUploadAddress.replace('ApplicationStop', 'Install'), {
          method: 'PUT',
          body: 'more',
        })
      ).status,
    ).toBe(403);
    const updated = await ask(
      endpoint,
      'PostHostCommandUpdate',
      { HostCommandIdentifier: hostCommandIdentifier },
      OURS,
    );
    expect(updated.body).toEqual({ CommandStatus: 'InProgress' });
    const done = {
      HostCommandIdentifier: hostCommandIdentifier,
      CommandStatus: 'Succeeded',
      OutputUploaded: true,
    };
    await ask(endpoint, 'PutHostCommandComplete', done, OURS);
    const events = await store.load(targetStream(deploymentId, name));
    const succeeded = events.find(({ type }) => type === 'HostEventSucceeded');
    const { outputKey } = JSON.parse(succeeded?.data ?? '{}') as { outputKey?: string };
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: local.outputBucketName, Key: outputKey }));
    expect(await Body?.transformToString()).toBe('all of it');
    const printed = await sluice('output', deploymentId, name);
    expect(printed).toEqual({ exitCode: 0, out: 'all of it\n', err: `ApplicationStop on ${name}:\n` });
  });

  it('whose group has lost its role is told so', async () => {
    const { name, hostIdentifier, endpoint } = await onPremises();
    const serviceRoleArn = `arn:aws:iam::${local.accountId}:role/gone-${randomUUID().slice(0, 8)}`;
    await commanded(hostIdentifier, name, { serviceRoleArn });
    const polled = await ask(endpoint, 'PollHostCommand', { HostIdentifier: hostIdentifier });
    const { HostCommand } = hostOutputShapes.PollHostCommand.parse(polled.body);
    const members = {
      DeploymentExecutionId: HostCommand?.DeploymentExecutionId,
      HostIdentifier: hostIdentifier,
    };
    const { status, body } = await ask(endpoint, 'GetDeploymentSpecification', members);
    expect([status, body['__type']]).toEqual([400, 'ClientException']);
    expect(body['message']).toContain('no longer exists');
  });

  it('cannot speak for another host', async () => {
    const [one, other] = [await onPremises(), await onPremises()];
    const { hostCommandIdentifier } = await commanded(one.hostIdentifier, one.name);
    const done = { HostCommandIdentifier: hostCommandIdentifier, CommandStatus: 'Failed' };
    const refused = [
      await ask(other.endpoint, 'PollHostCommand', { HostIdentifier: one.hostIdentifier }),
      await ask(other.endpoint, 'PutHostCommandComplete', done),
    ];
    expect(refused.map(({ status, body }) => [status, body['__type']])).toEqual([
      [400, 'AccessDeniedException'],
      [400, 'AccessDeniedException'],
    ]);
  });
});
