import { createHash } from 'node:crypto';
import type { EpochMilliseconds } from '../../core/decider.ts';
import type { ServerDeploymentCreated } from '../../core/deployments/deployment-events.ts';
import type { SpecificationSupplies } from '../../core/hosts/deployment-specification.ts';
import { deploymentSpecification } from '../../core/hosts/deployment-specification.ts';
import { gitHubTokenNameOf } from '../../core/registry/github-token.ts';
import { pem, signedAttributes, signedData } from '../../core/hosts/envelope.ts';
import type { SigningKey } from '../../core/hosts/signing-certificate.ts';
import { certificateOf, certificateToSign } from '../../core/hosts/signing-certificate.ts';
import { specificationPayload } from '../../core/hosts/specification.ts';
import type { BundleAddresses } from '../adapters/bundle-addresses.ts';
import { s3BundleAddresses } from '../adapters/bundle-addresses.ts';
import { documentClient } from '../adapters/aws-clients.ts';
import { isBusy } from '../adapters/aws-failure.ts';
import type { GitHubTokens } from '../adapters/github-tokens.ts';
import { kmsGitHubTokens } from '../adapters/github-tokens.ts';
import type { RowReader } from '../adapters/row-reader.ts';
import type { Credentials, ServiceRoles } from '../adapters/service-roles.ts';
import { iamServiceRoles } from '../adapters/service-roles.ts';
import type { SigningKeyPort } from '../adapters/signing-key.ts';
import { kmsSigningKey } from '../adapters/signing-key.ts';
import type { AskedSpecification, SignedSpecification } from '../adapters/specification-signer.ts';
import { askedSpecificationShape } from '../adapters/specification-signer.ts';
import { environmentOf } from '../runtime/environment.ts';
import { assumeGroupRole } from '../runtime/group-access.ts';
import { handlerOf } from '../runtime/handler.ts';
import { logger } from '../runtime/log.ts';
import { storePorts } from '../runtime/ports.ts';
import { deploymentOf } from '../runtime/registered.ts';
import type { System } from '../runtime/system.ts';
import { isoTime } from '../runtime/time-texts.ts';

export interface SignPorts {
  readonly rows: RowReader;
  readonly key: SigningKeyPort;
  readonly roles: ServiceRoles;
  readonly bundlesWith: (credentials: Credentials) => BundleAddresses;
  readonly gitHubTokens: GitHubTokens;
  /** Where GitHub's API is, if not at its usual address. */
  readonly gitHubBaseUrl?: string | undefined;
  readonly system: Pick<System, 'now'>;
}

/** Without a deployment the certificate is asked for. */
const signInput = askedSpecificationShape.partial({ deploymentId: true });

/** An address in it is good for an hour: whoever is handed it has half of that left at least. */
const KEEP_MILLISECONDS = 30 * 60 * 1000;

/** One with a token in it: so long after a token was taken away hosts may still be told it. */
const KEEP_TOKEN_MILLISECONDS = 60 * 1000;

/** Two or more of as many deployments as are at work at once; the oldest goes first. */
const MOST_KEPT = 200;

/**
 * The only function that may use the key. It is told which deployment, and reads for itself what it signs, so that
 * nobody who can call it can have anything else signed. Envelopes hold secrets: they are kept in its memory and nowhere else.
 */
export function sign(
  ports: SignPorts,
): (event: unknown) => Promise<SignedSpecification | { readonly certificate: string }> {
  const kept = new Map<string, { readonly payload: string; readonly keepUntil: EpochMilliseconds }>();
  let identity: Promise<Identity> | undefined;
  const identityOnce = () => {
    identity ??= identityOf(ports.key).catch((error: unknown) => {
      identity = undefined;
      throw error;
    });
    return identity;
  };
  return async (event) => {
    const { deploymentId, ...rest } = signInput.parse(event);
    if (deploymentId === undefined)
      return { certificate: armoured('CERTIFICATE', (await identityOnce()).certificate) };
    const asked = { deploymentId, ...rest };
    const now = ports.system.now();
    const present = kept.get(keptAs(asked));
    if (present !== undefined && now < present.keepUntil) {
      return { status: 'signed', payload: present.payload };
    }
    const made = await signed(ports, asked, identityOnce).catch(throttled);
    if (made.status !== 'signed') return made;
    const { payload, hasToken, isForOwn } = made;
    const keepUntil = now + (hasToken ? KEEP_TOKEN_MILLISECONDS : KEEP_MILLISECONDS);
    for (const key of [keptAs(asked), ...(isForOwn ? [deploymentId] : [])]) {
      kept.delete(key);
      kept.set(key, { payload, keepUntil });
    }
    for (const id of [...kept.keys()].slice(0, Math.max(0, kept.size - MOST_KEPT))) kept.delete(id);
    logger.info('signed', { deploymentId });
    return { status: 'signed', payload };
  };
}

function keptAs({
  deploymentId,
  isForPrevious,
  installedBy = 'the revision before',
}: AskedSpecification): string {
  return isForPrevious ? `${deploymentId} for ${installedBy}` : deploymentId;
}

interface Identity {
  readonly key: SigningKey;
  readonly certificate: Uint8Array;
}

async function identityOf(port: SigningKeyPort): Promise<Identity> {
  const publicKey = await port.publicKey();
  const key = { publicKey, publicKeyDigest: sha256(publicKey) };
  return { key, certificate: certificateOf(key, await port.sign(certificateToSign(key))) };
}

async function signed(
  ports: SignPorts,
  { deploymentId, isForPrevious, installedBy }: AskedSpecification,
  identity: () => Promise<Identity>,
): Promise<Signed | NotSigned> {
  const own = await deploymentOf(ports.rows, deploymentId);
  const created = own?.created;
  if (created?.computePlatform !== 'Server') throw new Error(`${deploymentId} is no deployment to servers`);
  const supplies = await suppliesOf(ports, created);
  if (supplies.status !== 'found') return supplies;
  const previousId = isForPrevious ? (installedBy ?? created.fleet.previous?.deploymentId) : undefined;
  const previous = previousId === undefined ? undefined : await deploymentOf(ports.rows, previousId);
  const { appSpecFilename } = (previous ?? own)?.fleet?.admitted ?? {};
  const specification = deploymentSpecification(created, { ...supplies, appSpecFilename });
  const content = Buffer.from(specificationPayload(specification), 'utf8');
  const attributes = signedAttributes(sha256(content), isoTime(ports.system.now()));
  const [{ key, certificate }, signature] = await Promise.all([identity(), ports.key.sign(attributes)]);
  const payload = armoured('PKCS7', signedData({ content, attributes, signature, key, certificate }));
  const hasToken = supplies.gitHubToken !== undefined;
  const isForOwn = appSpecFilename === own?.fleet?.admitted.appSpecFilename;
  return { status: 'signed', payload, hasToken, isForOwn };
}

type Signed = Extract<SignedSpecification, { readonly status: 'signed' }> & {
  readonly hasToken: boolean;
  /** It names the AppSpec as that of the deployment's own revision is named. */
  readonly isForOwn: boolean;
};
type NotSigned = Exclude<SignedSpecification, { readonly status: 'signed' }>;

/** As an answer, since of an error that is thrown the caller could not tell what it was. */
function throttled(error: unknown): NotSigned {
  if (!isBusy(error)) throw error;
  return { status: 'throttled', message: (error as Error).message };
}

type Supplies = (SpecificationSupplies & { readonly status: 'found' }) | NotSigned;

async function suppliesOf(ports: SignPorts, created: ServerDeploymentCreated): Promise<Supplies> {
  const { location } = created.revision;
  if (location.revisionType !== 'S3') return gitHubSupplies(ports, location);
  const role = await assumeGroupRole(ports.roles, created);
  if (role.status === 'refused') {
    return { status: role.code === 'THROTTLED' ? 'throttled' : 'refused', message: role.message };
  }
  return { status: 'found', bundleAddress: await ports.bundlesWith(role.credentials).address(location) };
}

/** Without a token the repository is asked for as by anybody, which is enough for a public one. */
async function gitHubSupplies(
  { gitHubTokens, gitHubBaseUrl }: SignPorts,
  location: ServerDeploymentCreated['revision']['location'],
): Promise<Supplies> {
  const base = gitHubBaseUrl === undefined ? {} : { gitHubBaseUrl };
  const name = gitHubTokenNameOf(location);
  if (name === undefined) return { status: 'found', ...base };
  const found = await gitHubTokens.of(name);
  switch (found.status) {
    case 'found':
      return { status: 'found', ...base, gitHubToken: found.token };
    case 'none':
      return { status: 'found', ...base };
    case 'throttled':
      return { status: 'throttled', message: found.message };
    case 'denied':
    case 'missing':
      return {
        status: 'refused',
        message: `The token for ${name} on GitHub cannot be decrypted: ${found.message}. Store it again: npx sluice github connect ${name}`,
      };
    default:
      return found satisfies never;
  }
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

function armoured(label: 'PKCS7' | 'CERTIFICATE', der: Uint8Array): string {
  return pem(label, Buffer.from(der).toString('base64'));
}

export const handler = handlerOf('hosts/sign', (variables) => {
  const environment = environmentOf('hosts/sign', variables);
  const { rows, system } = storePorts(environment);
  return sign({
    rows,
    system,
    key: kmsSigningKey(environment.SIGNING_KEY_ARN),
    roles: iamServiceRoles(),
    bundlesWith: s3BundleAddresses,
    gitHubTokens: kmsGitHubTokens(documentClient(), environment.LIVE_TABLE),
    gitHubBaseUrl: environment.GITHUB_BASE_URL === '' ? undefined : environment.GITHUB_BASE_URL,
  });
});
