import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Effect, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { appendOnlyPolicy, rewritingActions } from './append-only.ts';

/**
 * The three tables. The log is the truth: it cannot be deleted by accident and stays when the stack goes. The rows are
 * derived from it and the live table holds only what lives for the moment, so both go with the stack.
 */
export class EventStore extends Construct {
  readonly log: Table;
  readonly rows: Table;
  readonly live: Table;
  private readonly stackName: string;

  constructor(scope: Construct, id: string, stackName: string) {
    super(scope, id);
    this.stackName = stackName;
    const common = { billingMode: BillingMode.PAY_PER_REQUEST, encryption: TableEncryption.AWS_MANAGED };
    const pointInTimeRecoverySpecification = { pointInTimeRecoveryEnabled: true };
    this.log = new Table(this, 'Log', {
      ...common,
      partitionKey: { name: 'stream', type: AttributeType.STRING },
      sortKey: { name: 'version', type: AttributeType.NUMBER },
      stream: StreamViewType.NEW_IMAGE,
      pointInTimeRecoverySpecification,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      resourcePolicy: appendOnlyPolicy(stackName),
    });
    // `sluice replay` rebuilds the rows from the log, so that keeping them beside it would keep nothing more. Recovery
    // to a point in time is on, because it is quicker than a replay, and deleting the table then leaves a backup.
    this.rows = new Table(this, 'Rows', {
      ...common,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      pointInTimeRecoverySpecification,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.live = new Table(this, 'Live', {
      ...common,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  /** The part of a function's environment that says which tables of which stack. */
  get tables(): { readonly LOG_TABLE: string; readonly ROWS_TABLE: string; readonly SLUICE_STACK: string } {
    return {
      LOG_TABLE: this.log.tableName,
      ROWS_TABLE: this.rows.tableName,
      SLUICE_STACK: this.stackName,
    };
  }

  /**
   * To fold a stream and to append to it, with the rows that change. Whatever else the role is granted, it cannot
   * rewrite the log. Which rows it may read beside is granted apart.
   */
  grantAppend(grantee: IGrantable): void {
    this.grantRecord(grantee);
    allow(grantee, this.rows, ['DeleteItem']);
  }

  /** The same for whoever appends only events that take no row away. */
  grantRecord(grantee: IGrantable): void {
    allow(grantee, this.log, ['PutItem', 'Query']);
    allow(grantee, this.rows, ['PutItem']);
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        actions: [...rewritingActions],
        resources: [this.log.tableArn],
      }),
    );
  }

  /** To create what has parents: their rows must be there in the same transaction. */
  grantCreateBelow(grantee: IGrantable): void {
    allow(grantee, this.rows, ['ConditionCheckItem']);
  }

  /** To look up a row by its key. */
  grantLookUp(grantee: IGrantable): void {
    allow(grantee, this.rows, ['GetItem']);
  }

  /** To read a list of the read model. */
  grantList(grantee: IGrantable): void {
    allow(grantee, this.rows, ['Query']);
  }

  /** To fold a stream, and no more. */
  grantReadLog(grantee: IGrantable): void {
    allow(grantee, this.log, ['Query']);
  }

  /** To park the token of a wait, and to take it back where the signal came first. */
  grantPark(grantee: IGrantable): void {
    allow(grantee, this.live, ['DeleteItem', 'PutItem']);
  }

  /** To find the parked token of a wait, and to delete it when it has been sent. */
  grantWake(grantee: IGrantable): void {
    allow(grantee, this.live, ['DeleteItem', 'Query']);
  }

  /** To draw the place of a claim in its wave, and to find it again. */
  grantDraw(grantee: IGrantable): void {
    allow(grantee, this.live, ['GetItem', 'PutItem', 'UpdateItem']);
  }

  /** To see when a host asked for work last, and whether it is at work. */
  grantReadSigns(grantee: IGrantable): void {
    allow(grantee, this.live, ['GetItem']);
  }

  /** To find the host that a secret is bound to. */
  grantFindSecret(grantee: IGrantable): void {
    allow(grantee, this.live, ['GetItem']);
  }

  /** To issue the secrets of hosts, and to take them back. */
  grantIssueSecrets(grantee: IGrantable): void {
    allow(grantee, this.live, ['DeleteItem', 'GetItem', 'PutItem']);
  }

  /** To take the secrets of hosts back, and to find which there are. */
  grantRevokeSecrets(grantee: IGrantable): void {
    allow(grantee, this.live, ['DeleteItem', 'GetItem']);
  }

  /** To find the encrypted tokens for GitHub, and nothing else that is live. */
  grantFindGitHubTokens(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem'],
        resources: [this.live.tableArn],
        conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['github-tokens'] } },
      }),
    );
  }

  /** To list the hosts that have secrets. */
  grantListLive(grantee: IGrantable): void {
    allow(grantee, this.live, ['Query']);
  }

  /** To keep what is handed out and who asks for it, and nothing else: whoever could put a secret would be a host. */
  grantKeepSigns(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['dynamodb:PutItem'],
        resources: [this.live.tableArn],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['lease#*', 'presence#*'] },
        },
      }),
    );
  }

  /** To say when the last sweep came to its end. */
  grantRecordSweep(grantee: IGrantable): void {
    allow(grantee, this.live, ['PutItem']);
  }
}

function allow(grantee: IGrantable, table: Table, actions: readonly string[]): void {
  grantee.grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [table.tableArn],
    }),
  );
}
