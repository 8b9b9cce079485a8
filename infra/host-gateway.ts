import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod, type HttpRoute } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { grantAnswerTokens } from './answer-tokens.ts';
import type { Foundation } from './foundation.ts';
import { HELD_POLLS, reservedConcurrency } from './reserved-concurrency.ts';
import { grantAssumeServiceRoles, grantReadServiceRoles } from './service-roles.ts';
import { SluiceFunction } from './sluice-function.ts';

/**
 * What hosts call: `POST /hosts/<secret>` for their agents, `POST /hosts` for instances of EC2 that enrol themselves, and
 * `/v1/hosts…` for whoever registers hosts. What they are told is signed with a key that one function may use.
 */
export class HostGateway extends Construct {
  readonly functions: readonly SluiceFunction[];
  readonly routes: readonly HttpRoute[];
  /** In CloudFormation's own spelling, by the key of a route. */
  readonly throttles = { [AGENTS]: AGENTS_THROTTLE };
  /** The whole output of scripts, sent by our own agent. */
  readonly outputs: Bucket;
  /** Encrypts the tokens for GitHub. */
  readonly gitHubKey: Key;

  constructor(scope: Construct, id: string, foundation: Foundation, api: HttpApi) {
    super(scope, id);
    this.outputs = outputBucket(this, foundation);
    this.gitHubKey = gitHubKey(this, foundation);
    const sign = this.sign(foundation);
    const gateway = this.gateway(foundation, sign);
    const place = { ...foundation, endpoint: foundation.place.hostsEndpoint(api) };
    const certificate = this.certificate(foundation, sign);
    const enrol = this.enrol(place, certificate);
    const administer = this.administer(place, certificate);
    this.functions = [sign, certificate, gateway, enrol, administer];
    this.routes = [
      ...this.agentRoutes(api, gateway),
      ...api.addRoutes({
        path: '/hosts',
        methods: [HttpMethod.POST],
        integration: new HttpLambdaIntegration('Enrol', enrol),
        authorizer: new HttpIamAuthorizer(),
      }),
      ...this.administration(api, administer),
    ];
  }

  /** Unsigned: the secret in the path says who calls. Agents of some makes first ask with a GET whether somebody is there. */
  private agentRoutes(api: HttpApi, gateway: SluiceFunction): readonly HttpRoute[] {
    const integration = new HttpLambdaIntegration('Gateway', gateway);
    return [
      ...api.addRoutes({ path: '/hosts/{proxy+}', methods: [HttpMethod.POST, HttpMethod.GET], integration }),
      ...api.addRoutes({ path: '/', methods: [HttpMethod.GET], integration }),
    ];
  }

  private administration(api: HttpApi, administer: SluiceFunction): readonly HttpRoute[] {
    const integration = new HttpLambdaIntegration('Administer', administer);
    const authorizer = new HttpIamAuthorizer();
    return [
      { path: '/v1/hosts', methods: [HttpMethod.GET, HttpMethod.POST] },
      { path: '/v1/hosts/certificate', methods: [HttpMethod.GET] },
      { path: '/v1/hosts/rotate', methods: [HttpMethod.POST] },
      { path: '/v1/hosts/revoke', methods: [HttpMethod.POST] },
    ].flatMap((route) => api.addRoutes({ ...route, integration, authorizer }));
  }

  private gateway(foundation: Foundation, sign: SluiceFunction): SluiceFunction {
    const { store } = foundation;
    const gateway = new SluiceFunction(this, 'Gateway', {
      foundation,
      entry: 'hosts/gateway',
      description: 'Answers the agents on hosts: hands out commands, and takes what they report',
      rights: 'writer',
      timeout: API_TIMEOUT,
      reserved: reservedConcurrency.hosts,
      environment: {
        ...store.tables,
        LIVE_TABLE: store.live.tableName,
        SIGN_FUNCTION_NAME: sign.functionName,
        OUTPUT_BUCKET: this.outputs.bucketName,
        // Where nothing is reserved the quota of the account is small, and all of it is needed for what agents report.
        MOST_HELD_POLLS: String(foundation.place.reservesConcurrency ? HELD_POLLS : 0),
      },
    });
    store.grantAppend(gateway);
    store.grantLookUp(gateway);
    store.grantList(gateway);
    store.grantWake(gateway);
    store.grantFindSecret(gateway);
    store.grantKeepSigns(gateway);
    grantAnswerTokens(gateway, 'Success', 'Failure');
    grantInvoke(gateway, sign);
    // Lent to our own agents for one object each, by presigned addresses.
    gateway.addToRolePolicy(
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [this.outputs.arnForObjects('*')] }),
    );
    return gateway;
  }

  private sign(foundation: Foundation): SluiceFunction {
    const { store, place } = foundation;
    const key = new Key(this, 'SigningKey', {
      description: `Signs what ${place.stackName} tells hosts to do`,
      keySpec: KeySpec.RSA_2048,
      keyUsage: KeyUsage.SIGN_VERIFY,
      // Instead of the usual policy, which would leave it to any policy of the account who may sign.
      policy: new PolicyDocument(),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const sign = new SluiceFunction(this, 'Sign', {
      foundation,
      entry: 'hosts/sign',
      description: 'Makes the specification of a deployment that hosts are told, and signs it',
      rights: 'reader',
      timeout: API_TIMEOUT,
      reserved: reservedConcurrency.sign,
      environment: {
        ...store.tables,
        LIVE_TABLE: store.live.tableName,
        SIGNING_KEY_ARN: key.keyArn,
        GITHUB_BASE_URL: place.gitHubBaseUrl,
      },
    });
    store.grantLookUp(sign);
    store.grantFindGitHubTokens(sign);
    grantAssumeServiceRoles(sign, place);
    grantReadServiceRoles(sign);
    sign.addToRolePolicy(new PolicyStatement({ actions: [...SIGNING], resources: [key.keyArn] }));
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyTheSignerSigns',
        principals: [sign.ownRole],
        actions: [...SIGNING],
        resources: ['*'],
      }),
    );
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'TheAccountKeepsItAndSignsNothing',
        principals: [new AccountRootPrincipal()],
        actions: [...KEEPING],
        resources: ['*'],
      }),
    );
    sign.addToRolePolicy(
      new PolicyStatement({ actions: ['kms:Decrypt'], resources: [this.gitHubKey.keyArn] }),
    );
    this.gitHubKey.addToResourcePolicy(
      new PolicyStatement({
        sid: 'OnlyTheSignerDecrypts',
        principals: [sign.ownRole],
        actions: ['kms:Decrypt'],
        resources: ['*'],
      }),
    );
    return sign;
  }

  private certificate(foundation: Foundation, sign: SluiceFunction): SluiceFunction {
    const certificate = new SluiceFunction(this, 'Certificate', {
      foundation,
      entry: 'hosts/certificate',
      description: 'Has the certificate of the signer for those who must not have what it signs',
      rights: 'reader',
      timeout: API_TIMEOUT,
      reserved: reservedConcurrency.certificate,
      environment: { SIGN_FUNCTION_NAME: sign.functionName },
    });
    grantInvoke(certificate, sign);
    return certificate;
  }

  private enrol(foundation: WithEndpoint, certificate: SluiceFunction): SluiceFunction {
    const { store, endpoint } = foundation;
    const enrol = new SluiceFunction(this, 'Enrol', {
      foundation,
      entry: 'hosts/enrol',
      description: 'Gives an instance of EC2 its secret, once EC2 has confirmed who it is',
      rights: 'reader',
      timeout: API_TIMEOUT,
      reserved: reservedConcurrency.enrol,
      environment: {
        LIVE_TABLE: store.live.tableName,
        CERTIFICATE_FUNCTION_NAME: certificate.functionName,
        HOSTS_ENDPOINT: endpoint,
      },
    });
    store.grantIssueSecrets(enrol);
    grantInvoke(enrol, certificate);
    // DescribeInstances takes no resource.
    enrol.addToRolePolicy(new PolicyStatement({ actions: ['ec2:DescribeInstances'], resources: ['*'] }));
    enrol.addToRolePolicy(
      new PolicyStatement({
        actions: ['iam:GetInstanceProfile'],
        resources: [foundation.place.instanceProfiles],
      }),
    );
    return enrol;
  }

  private administer(foundation: WithEndpoint, certificate: SluiceFunction): SluiceFunction {
    const { store, endpoint } = foundation;
    const administer = new SluiceFunction(this, 'Administer', {
      foundation,
      entry: 'hosts/administer',
      description: 'Issues, rotates, revokes and lists the secrets of hosts',
      rights: 'reader',
      timeout: API_TIMEOUT,
      reserved: reservedConcurrency.administer,
      environment: {
        ...store.tables,
        LIVE_TABLE: store.live.tableName,
        CERTIFICATE_FUNCTION_NAME: certificate.functionName,
        HOSTS_ENDPOINT: endpoint,
      },
    });
    store.grantIssueSecrets(administer);
    store.grantListLive(administer);
    store.grantLookUp(administer);
    store.grantList(administer);
    grantInvoke(administer, certificate);
    return administer;
  }
}

/** Whoever the account lets connect GitHub encrypts with it; only the signer decrypts. */
function gitHubKey(scope: Construct, { place }: Foundation): Key {
  const key = new Key(scope, 'GitHubKey', {
    description: `Encrypts the tokens for GitHub of ${place.stackName}`,
    enableKeyRotation: true,
    policy: new PolicyDocument(),
    removalPolicy: RemovalPolicy.DESTROY,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'TheAccountKeepsItAndDecryptsNothing',
      principals: [new AccountRootPrincipal()],
      actions: ['kms:Encrypt', 'kms:EnableKeyRotation', ...KEEPING],
      resources: ['*'],
    }),
  );
  return key;
}

type WithEndpoint = Foundation & { readonly endpoint: string };

function outputBucket(scope: Construct, { place }: Foundation): Bucket {
  return new Bucket(scope, 'Outputs', {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: place.requireTls,
    lifecycleRules: [{ expiration: OUTPUTS_KEPT, abortIncompleteMultipartUploadAfter: Duration.days(1) }],
    // A bucket with something in it cannot be deleted; what is in it is gone by itself after a while.
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

function grantInvoke(grantee: SluiceFunction, invoked: SluiceFunction): void {
  grantee.addToRolePolicy(
    new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [invoked.functionArn] }),
  );
}

/** As long as deployments are shown. */
const OUTPUTS_KEPT = Duration.days(90);

/** An HTTP API gives up on its integration after 30 seconds; the function should end first and say so in its log. */
const API_TIMEOUT = Duration.seconds(29);

const AGENTS = 'POST /hosts/{proxy+}';

/** The agents of 2,000 hosts that ask every second, which is more often than they should. */
const AGENTS_THROTTLE = { ThrottlingRateLimit: 2_000, ThrottlingBurstLimit: 4_000 };

const SIGNING = ['kms:GetPublicKey', 'kms:Sign'] as const;

/** All that keeping a key takes, and nothing that uses it or lends its use. */
const KEEPING = [
  'kms:CancelKeyDeletion',
  'kms:DescribeKey',
  'kms:DisableKey',
  'kms:EnableKey',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:GetPublicKey',
  'kms:ListGrants',
  'kms:ListKeyPolicies',
  'kms:ListResourceTags',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateKeyDescription',
] as const;
