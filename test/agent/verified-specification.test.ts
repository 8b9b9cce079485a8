import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifiedSpecification } from '../../agent/verified-specification.ts';
import { aSigner, aSpecification } from './signed-specification.ts';

const signer = aSigner();
const pinned = new X509Certificate(signer.certificate);

describe('a specification', () => {
  it('that the pinned certificate signed is read', async () => {
    const read = await verifiedSpecification(signer.sign(aSpecification()), pinned);
    expect(read).toMatchObject({ DeploymentId: 'd-ABCDEFGHI', FileExistsBehavior: 'DISALLOW' });
  });

  it.each([
    ['of another signer', aSigner().sign(aSpecification()), 'another certificate'],
    [
      'whose content was exchanged',
      signer.forge(aSpecification({ ApplicationName: 'evil' }), aSpecification()),
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
  ])('%s is refused', async (_, envelope, why) => {
    await expect(verifiedSpecification(envelope, pinned)).rejects.toThrow(why);
  });
});
