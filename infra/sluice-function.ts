import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { join } from 'node:path';
import type { Environment, FunctionName } from '../functions/runtime/environment.ts';
import type { Foundation } from './foundation.ts';
import { rolePath, type Rights } from './role-path.ts';

export interface SluiceFunctionProps<Name extends FunctionName> {
  readonly foundation: Foundation;
  /** The path of the entry file within functions/, without its ending. */
  readonly entry: Name;
  readonly description: string;
  readonly rights: Rights;
  readonly timeout: Duration;
  /** Of `reservedConcurrency`; absent where the function shares what the account has left. */
  readonly reserved?: number;
  /** A missing or misspelt variable does not compile. */
  readonly environment: NoInfer<Environment<Name>>;
}

/** Enough for a warm call of some milliseconds: processor time comes with memory, and a cold start is bound by it. */
const MEMORY_MEGABYTES = 512;

/**
 * A function of Sluice: its own role with no rights but to write its own log, and the bundle that carries its name.
 * It is invoked by its unqualified ARN: a version pinned by a running execution would be gone after the next deployment
 * of the stack, and an alias would only follow $LATEST. Code reads what older code wrote, so nothing needs pinning.
 */
export class SluiceFunction<Name extends FunctionName = FunctionName> extends Function {
  readonly entry: Name;
  readonly ownRole: Role;

  constructor(scope: Construct, id: string, props: SluiceFunctionProps<Name>) {
    const { foundation, entry } = props;
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, {
      path: rolePath(foundation.place.stackName, props.rights),
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `The rights of Sluice's function ${entry}`,
    });
    super(scope, id, {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(join(foundation.bundleFolder, entry)),
      memorySize: MEMORY_MEGABYTES,
      timeout: props.timeout,
      ...(props.reserved !== undefined &&
        foundation.place.reservesConcurrency && { reservedConcurrentExecutions: props.reserved }),
      role,
      logGroup,
      environment: {
        ...(props.environment satisfies Record<string, string>),
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
    this.entry = entry;
    this.ownRole = role;
    role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
  }
}
