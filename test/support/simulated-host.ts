import { setTimeout as pause } from 'node:timers/promises';

/** What a host makes of a command: how it ends, and the text of its failure. */
export interface Answer {
  readonly status: 'Succeeded' | 'Failed';
  readonly message?: string;
}

export interface SimulatedHost {
  readonly endpoint: string;
  readonly hostIdentifier: string;
  /** What it does for an event; `undefined` leaves the command unanswered. */
  readonly does?: (deploymentId: string, event: string) => Promise<Answer | undefined> | Answer | undefined;
  /** How long after a poll that found nothing; it is the n-th since the last command, n from 1. */
  readonly pollMilliseconds?: (emptyPolls: number) => number;
  /** The last event that it takes part in; without one it asks until it is stopped. */
  readonly until?: string;
  readonly agentVersion?: string;
}

export interface RunningHost {
  /** The lifecycle events that it was handed, in order, each led by its deployment. */
  readonly handed: readonly string[];
  /** Calls of the protocol so far. */
  readonly calls: () => number;
  /** Resolves when it asks no more. Rejects where a call was refused. */
  readonly ended: Promise<void>;
  /** Rejects as `ended` does. */
  readonly stop: () => Promise<void>;
}

/**
 * A host without anything to install: it speaks the protocol of agents as the Ruby agent does, one command at a time. A
 * call that fails is made again, as agents do.
 */
export function runHost(host: SimulatedHost): RunningHost {
  const handed: string[] = [];
  let calls = 0;
  const stopping = new AbortController();
  const { signal } = stopping;
  const ask = async (operation: string, body: object): Promise<Record<string, unknown>> => {
    for (;;) {
      calls += 1;
      const answer = await fetch(host.endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `CodeDeployCommandService_v20141006.${operation}`,
          'x-amz-codedeploy-agent-version': host.agentVersion ?? 'OFFICIAL_1.8.1-30_deb',
        },
        body: JSON.stringify(body),
        signal,
      });
      const text = await answer.text();
      if (answer.status === 200) return JSON.parse(text) as Record<string, unknown>;
      if (answer.status < 500 && answer.status !== 429)
        throw new Error(`${operation}: ${answer.status} ${text}`);
      await pause(500, undefined, { signal });
    }
  };
  const serve = async (): Promise<void> => {
    const { hostIdentifier: HostIdentifier } = host;
    let emptyPolls = 0;
    while (!signal.aborted) {
      const { HostCommand } = (await ask('PollHostCommand', { HostIdentifier })) as { HostCommand?: Command };
      if (HostCommand === undefined || HostCommand === null) {
        emptyPolls += 1;
        await pause(host.pollMilliseconds?.(emptyPolls) ?? 100, undefined, { signal });
        continue;
      }
      emptyPolls = 0;
      const { HostCommandIdentifier, CommandName, DeploymentExecutionId } = HostCommand;
      const deploymentId = /d-[A-Z0-9]{9}/.exec(DeploymentExecutionId)?.[0] ?? '';
      handed.push(`${deploymentId} ${CommandName}`);
      const answer = await (host.does?.(deploymentId, CommandName) ?? { status: 'Succeeded' as const });
      if (answer === undefined) continue;
      await ask('GetDeploymentSpecification', { DeploymentExecutionId, HostIdentifier });
      const noop = JSON.stringify({ IsCommandNoop: false });
      await ask('PutHostCommandAcknowledgement', {
        HostCommandIdentifier,
        Diagnostics: { Format: 'JSON', Payload: noop },
      });
      const failed = answer.status === 'Failed';
      const Payload = JSON.stringify({
        error_code: failed ? 4 : 0,
        script_name: failed ? `scripts/${CommandName}.sh` : '',
        message: answer.message ?? (failed ? 'the script failed' : 'Succeeded: '),
        log: failed ? `LifecycleEvent - ${CommandName}\n[stderr]it does not answer` : '',
      });
      await ask('PutHostCommandComplete', {
        HostCommandIdentifier,
        CommandStatus: answer.status,
        Diagnostics: { Format: 'JSON', Payload },
      });
      if (CommandName === host.until) return;
    }
  };
  const ended = serve().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  // Whoever stops it hears of it.
  ended.catch(() => undefined);
  return {
    handed,
    calls: () => calls,
    ended,
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
}

interface Command {
  readonly HostCommandIdentifier: string;
  readonly CommandName: string;
  readonly DeploymentExecutionId: string;
}
