/**
 * How many calls at once each function may take, which is also what is kept free for it: neither can a flood at the
 * front door eat the account's concurrency, nor can another program of the account keep an alarm from being heard.
 * Together 280; Lambda insists that 100 of the account's remain unreserved. The tasks of the workflows are not among
 * them: a step of a deployment must never wait for a number of ours.
 */
export const reservedConcurrency = {
  /**
   * At 50 ms a call the 200 requests a second that the stage lets in take ten; the rest is for cold starts. A call
   * beyond is answered 429 or 5xx by API Gateway, and the AWS SDKs try again after either.
   */
  codeDeploy: 20,
  /** People and pages that read; a call beyond is answered in the same way. */
  readV1: 5,
  /** The stage lets in 50 answers a second; a call beyond is answered in the same way, and a hook has an hour to try again. */
  hooks: 5,
  /**
   * A poll that is held occupies one for 20 s, and half of them at most are held. The other half is for the calls that
   * take milliseconds, those of 1,000 hosts that ask every 15 s one at a time, and for those that insist while something
   * is throttled: a completion must never find that there is no room.
   */
  hosts: 200,
  /** A poll is followed by it once for each command, and it remembers what it has signed. */
  sign: 10,
  /** Asked once for each host that is let in; whoever is turned away asks again for some seconds. */
  certificate: 2,
  /** Instances that boot, as many at once as an Auto Scaling group starts; one that is turned away tries again. */
  enrol: 5,
  /** People who register hosts, and their scripts. */
  administer: 5,
  /** One call at a time for each shard of the log's stream; a batch that finds none free stays in the stream and comes again. */
  onEvents: 5,
  /** As before, and `sluice republish` beside it. */
  notify: 5,
  /**
   * An alarm must not wait behind others: half a second of work each, and a whole region may ring at once. SNS and
   * EventBridge call asynchronously, so that Lambda keeps what is over in its queue and tries again for up to six hours.
   */
  onAlarm: 10,
  /** The sweep of the minute, and one by hand; one that finds no room comes a little later, and the next does its work. */
  onDeadline: 2,
  /** EventBridge calls asynchronously: Lambda keeps what is over and tries again. The sweep is the line behind it. */
  onExecutionStatus: 5,
  /** As before: a group of hundreds that scales in is through within a minute, and nothing waits for it. */
  onInstanceTerminated: 1,
} as const;

/** How many polls of hosts are held at once; what comes beyond is answered at once. */
export const HELD_POLLS = reservedConcurrency.hosts / 2;
