import { parseArgs } from 'node:util';
import { startAgent } from './agent.ts';
import { ConfigurationError, DEFAULT_CONFIGURATION_PATH, readConfiguration } from './configuration.ts';
import { logTo } from './log.ts';
import { isOnlyOne } from './only-one.ts';

/** Put in place of it when the agent is bundled. */
declare const AGENT_VERSION: string;

const USAGE = `sluice-agent [--config PATH] [--version]

Runs deployments on this host. --config is ${DEFAULT_CONFIGURATION_PATH} unless it is given.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      config: { type: 'string', default: DEFAULT_CONFIGURATION_PATH },
      version: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.version) return said(`sluice-agent ${AGENT_VERSION}\n`);
  if (values.help) return said(USAGE);
  if (process.platform !== 'linux') {
    process.stderr.write(
      `This agent runs on Linux only, and this is ${process.platform}. On Windows use CodeDeploy's own agent, which speaks with the same service.\n`,
    );
    return 1;
  }
  // Scripts that run as other users reach their revision through folders that the agent makes.
  process.umask(0o022);
  const configuration = readConfiguration(values.config);
  const log = logTo(
    (line) => process.stdout.write(line),
    () => new Date(),
    configuration.endpoint,
  );
  configuration.warnings.forEach(log.warn);
  log.info(`sluice-agent ${AGENT_VERSION} for ${configuration.hostIdentifier}`);
  if (!(await isOnlyOne(configuration.rootFolder))) {
    throw new ConfigurationError(
      `Another agent works in ${configuration.rootFolder}: end it, or give this one another root_dir.`,
    );
  }
  const agent = startAgent(configuration, AGENT_VERSION, log);
  const stop = (signal: NodeJS.Signals): void => {
    log.info(`${signal}: what runs comes to its end first`);
    agent.stop();
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  await agent.ended;
  return 0;
}

function said(text: string): number {
  process.stdout.write(text);
  return 0;
}

main().then(
  // A poll may be held for some seconds more, which nobody waits for.
  (code) => process.exit(code),
  (error: unknown) => {
    const isExpected = error instanceof ConfigurationError;
    process.stderr.write(`${isExpected ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
