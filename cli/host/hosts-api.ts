import {
  AddTagsToOnPremisesInstancesCommand,
  CodeDeployClient,
  RegisterOnPremisesInstanceCommand,
} from '@aws-sdk/client-codedeploy';
import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type * as z from 'zod';
import {
  certificateAnswer,
  hostsAnswer,
  issuedHostAnswer,
  revokedHostAnswer,
} from '../../core/views/v1-hosts.ts';
import type { HostView, IssuedHostAnswer } from '../../core/views/v1-hosts.ts';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import { CannotDo } from '../command.ts';
import { lossInWords } from '../failure.ts';
import type { Target } from '../target.ts';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface Identity {
  readonly iamUserArn?: string;
  readonly iamSessionArn?: string;
}

/** Who may ask for work: on-premises instances, and the secrets of hosts. */
export interface HostsApi {
  /** False where it was registered already. */
  readonly registerInstance: (instanceName: string, identity: Identity) => Promise<boolean>;
  readonly addTags: (instanceName: string, tags: readonly Tag[]) => Promise<void>;
  /** A secret, told once. */
  readonly register: (name: string) => Promise<IssuedHostAnswer>;
  readonly rotate: (name: string) => Promise<IssuedHostAnswer>;
  readonly revoke: (name: string) => Promise<void>;
  readonly list: () => AsyncGenerator<HostView, void, undefined>;
  readonly certificate: () => Promise<string>;
}

/** Every call throws CannotDo where it is refused or cannot be made. */
export function hostsApi({ apiEndpoint, client, place }: Target): HostsApi {
  const config = { ...clientDefaults, ...client, endpoint: apiEndpoint, signingName: 'execute-api' };
  const codedeploy = new CodeDeployClient(config);
  const ask = async <Answer extends z.ZodType>(
    shape: Answer,
    path: string,
    body?: object,
  ): Promise<z.output<Answer>> => shape.parse(await signed(codedeploy, { apiEndpoint, place, path, body }));
  return {
    registerInstance: async (instanceName, identity) => {
      try {
        await codedeploy.send(new RegisterOnPremisesInstanceCommand({ instanceName, ...identity }));
        return true;
      } catch (error) {
        if ((error as Error).name === 'InstanceNameAlreadyRegisteredException') return false;
        throw new CannotDo((error as Error).message);
      }
    },
    addTags: async (instanceName, tags) => {
      try {
        const input = { instanceNames: [instanceName], tags: [...tags] };
        await codedeploy.send(new AddTagsToOnPremisesInstancesCommand(input));
      } catch (error) {
        throw new CannotDo((error as Error).message);
      }
    },
    register: (name) => ask(issuedHostAnswer, 'v1/hosts', { name }),
    rotate: (name) => ask(issuedHostAnswer, 'v1/hosts/rotate', { name }),
    revoke: async (name) => void (await ask(revokedHostAnswer, 'v1/hosts/revoke', { name })),
    list: async function* () {
      let after: string | undefined;
      do {
        const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
        const page = await ask(hostsAnswer, `v1/hosts${query}`);
        yield* page.hosts;
        after = page.nextAfter;
      } while (after !== undefined);
    },
    certificate: async () => (await ask(certificateAnswer, 'v1/hosts/certificate')).specificationCertificate,
  };
}

interface Call {
  readonly apiEndpoint: string;
  readonly place: string;
  readonly path: string;
  readonly body: object | undefined;
}

async function signed(
  codedeploy: CodeDeployClient,
  { apiEndpoint, place, path, body }: Call,
): Promise<unknown> {
  const url = new URL(path, apiEndpoint);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const signer = new SignatureV4({
    service: 'execute-api',
    region: await codedeploy.config.region(),
    credentials: await codedeploy.config.credentials(),
    sha256: Sha256,
  });
  const { method, headers } = await signer.sign({
    method: text === undefined ? 'GET' : 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host: url.host, ...(text !== undefined && { 'content-type': 'application/json' }) },
    ...(text !== undefined && { body: text }),
  });
  const answer = await answered(url, place, { method, headers, ...(text !== undefined && { body: text }) });
  const said = JSON.parse(answer.text) as { readonly message?: string };
  if (answer.status !== 200) throw new CannotDo(said.message ?? `${place} answered ${answer.status}.`);
  return said;
}

async function answered(url: URL, place: string, init: RequestInit) {
  try {
    const answer = await fetch(url, init);
    return { status: answer.status, text: await answer.text() };
  } catch (error) {
    throw new CannotDo(`${place} does not answer: ${lossInWords(error as Error)}`);
  }
}
