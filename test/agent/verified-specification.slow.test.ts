import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pem } from '../../core/hosts/envelope.ts';
import { verifiedSpecification } from '../../agent/verified-specification.ts';
import { aSigner, aSpecification } from './signed-specification.ts';

const signer = aSigner();
const pinned = new X509Certificate(signer.certificate);
const deploymentExecutionId = 'CodeDeploy/us-east-1/Sluice/d-ABCDEFGHI/web-1';
const expected = { pinned, deploymentExecutionId, now: Date.now() };
const MINUTE = 60_000;

describe('a specification', () => {
  it('that the pinned certificate signed is read', async () => {
    const read = await verifiedSpecification(signer.sign(aSpecification()), expected);
    expect(read).toMatchObject({ DeploymentId: 'd-ABCDEFGHI', FileExistsBehavior: 'DISALLOW' });
  });

  it.each([-59, 59])('signed %d minutes away is read, for clocks differ', async (minutes) => {
    const signedAt = new Date(expected.now + minutes * MINUTE);
    await verifiedSpecification(signer.sign(aSpecification(), signedAt), expected);
  });

  it.each([
    ['of another signer', aSigner().sign(aSpecification()), 'another certificate'],
    [
      'whose content was exchanged',
      signer.forge(aSpecification({ ApplicationName: 'evil' }), aSpecification()),
      'does not fit its content',
    ],
    [
      'of another key that shows the pinned certificate',
      aSigner(signer).sign(aSpecification()),
      'does not fit its content',
    ],
    [
      'that is not signed',
      { Format: 'TEXT/JSON', Payload: JSON.stringify(aSpecification()) },
      'only PKCS7/JSON',
    ],
    ['that is no message', { Format: 'PKCS7/JSON', Payload: 'hello' }, 'no PKCS7 message'],
    [
      'whose group would name a folder elsewhere',
      signer.sign(aSpecification({ DeploymentGroupId: '../..' })),
      'DeploymentGroupId',
    ],
    [
      'of another deployment than the command',
      signer.sign(aSpecification({ DeploymentId: 'd-OLDOLDOLD' })),
      'of the deployment d-OLDOLDOLD, and the command is not',
    ],
    [
      'signed long ago',
      signer.sign(aSpecification(), new Date(expected.now - 61 * MINUTE)),
      'the clock of this host says',
    ],
    [
      'signed in the future',
      signer.sign(aSpecification(), new Date(expected.now + 61 * MINUTE)),
      'Set the clock if it is wrong',
    ],
  ])('%s is refused', async (_, envelope, why) => {
    await expect(verifiedSpecification(envelope, expected)).rejects.toThrow(why);
  });

  it('is never read as another, whichever byte of the message is altered', async () => {
    const { Format, Payload } = signer.sign(aSpecification());
    const good = await verifiedSpecification({ Format, Payload }, expected);
    const bytes = Buffer.from(Payload.replaceAll(/-----.*-----/g, ''), 'base64');
    for (let at = 0; at < bytes.length; at += STRIDE) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8((bytes[at] ?? 0) ^ 1, at);
      const envelope = { Format, Payload: pem('PKCS7', altered.toString('base64')) };
      const read = await verifiedSpecification(envelope, expected).catch((error: Error) => error);
      // What only names the format of the whole may be altered; what is signed may not.
      if (read instanceof Error) expect(read.message).toContain('was refused');
      else expect(read).toEqual(good);
    }
  });
});

/** Each byte would take ten seconds; this looks at every part of the message, for no part is shorter but names and lengths. */
const STRIDE = 7;
