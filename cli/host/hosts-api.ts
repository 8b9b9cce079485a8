import {
  AddTagsToOnPremisesInstancesCommand,
  CodeDeployClient,
  type CodeDeployClientConfig,
  GetOnPremisesInstanceCommand,
  RegisterOnPremisesInstanceCommand,
} from '@aws-sdk/client-codedeploy';
import {
  type HostCommandView,
  type HostView,
  type IssuedHostAnswer,
  certificateAnswer,
  hostsAnswer,
  issuedHostAnswer,
  revokedHostAnswer,
} from '../../core/views/v1-hosts.ts';
import { clientDefaults } from '../../functions/adapters/aws-clients.ts';
import { refusalInWords } from '../codedeploy-api.ts';
import { signedV1 } from '../signed-v1.ts';
import type { Target } from '../target.ts';

export type HostIdentity = { readonly iamUserArn: string } | { readonly iamSessionArn: string };
export type HostTag = { readonly Key: string; readonly Value: string };

/** On-premises instances, and the secrets by which agents of hosts are let in. Each call throws CannotDo where it is refused. */
export interface HostsApi {
  /** The ARN that the agent on it goes by; undefined where no instance of the name is registered. */
  readonly identifierOf: (name: string) => Promise<string | undefined>;
  readonly registerInstance: (name: string, identity: HostIdentity) => Promise<void>;
  readonly tagInstance: (name: string, tags: readonly HostTag[]) => Promise<void>;
  readonly issue: (name: string) => Promise<IssuedHostAnswer>;
  readonly rotate: (name: string) => Promise<IssuedHostAnswer>;
  /** What the host had to do, which it can answer no more. */
  readonly revoke: (name: string) => Promise<HostCommandView | undefined>;
  readonly list: () => Promise<readonly HostView[]>;
  /** PEM. */
  readonly certificate: () => Promise<string>;
}

export function hostsApi(target: Pick<Target, 'apiEndpoint' | 'client' | 'place'>): HostsApi {
  const config: CodeDeployClientConfig & { readonly signingName: string } = {
    ...clientDefaults,
    ...target.client,
    endpoint: target.apiEndpoint,
    signingName: 'execute-api',
  };
  const codedeploy = new CodeDeployClient(config);
  const { place } = target;
  const asked = async <Answer>(call: Promise<Answer>): Promise<Answer> =>
    call.catch((error: unknown) => {
      throw refusalInWords(error, place);
    });
  const v1 = signedV1(codedeploy, target);
  return {
    identifierOf: async (instanceName) => {
      try {
        const { instanceInfo } = await codedeploy.send(new GetOnPremisesInstanceCommand({ instanceName }));
        if (instanceInfo?.deregisterTime !== undefined) return undefined;
        return instanceInfo?.iamUserArn ?? instanceInfo?.iamSessionArn;
      } catch (error) {
        if (error instanceof Error && error.name === 'InstanceNotRegisteredException') return undefined;
        throw refusalInWords(error, place);
      }
    },
    registerInstance: async (instanceName, identity) => {
      await asked(codedeploy.send(new RegisterOnPremisesInstanceCommand({ instanceName, ...identity })));
    },
    tagInstance: async (instanceName, tags) => {
      const input = { instanceNames: [instanceName], tags: [...tags] };
      await asked(codedeploy.send(new AddTagsToOnPremisesInstancesCommand(input)));
    },
    issue: (name) => v1(issuedHostAnswer, 'v1/hosts', { name }),
    rotate: (name) => v1(issuedHostAnswer, 'v1/hosts/rotate', { name }),
    revoke: async (name) => (await v1(revokedHostAnswer, 'v1/hosts/revoke', { name })).command,
    list: async () => {
      const hosts: HostView[] = [];
      for (let query = ''; ;) {
        const page = await v1(hostsAnswer, `v1/hosts${query}`);
        hosts.push(...page.hosts);
        if (page.nextAfter === undefined) return hosts;
        query = `?after=${encodeURIComponent(page.nextAfter)}`;
      }
    },
    certificate: async () => (await v1(certificateAnswer, 'v1/hosts/certificate')).specificationCertificate,
  };
}
