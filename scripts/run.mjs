/**
 * Runs one of the project's commands: `node scripts/run.mjs <start|demo|test|check|bench> [arguments]`.
 *
 * It is plain JavaScript without dependencies, because it is what makes a fresh clone work: it looks at the version of
 * Node, installs what the lock file asks for, and only then loads `scripts/<command>.ts` into this same process, so that
 * signals, exit codes and standard streams need no forwarding. npm must start it with `exec`, else a shell sits between.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST_NODE = [20, 19];
const project = dirname(dirname(fileURLToPath(import.meta.url)));

const command = process.argv[2];
const script = join(project, 'scripts', `${command}.ts`);
if (command === undefined || !/^[a-z-]+$/.test(command) || !existsSync(script)) {
  fail(`There is no command "${command}": it would be the file scripts/${command}.ts.`);
}
if (!newEnough(process.versions.node)) {
  fail(`Sluice needs Node ${OLDEST_NODE.join('.')} or newer; this is Node ${process.versions.node}.`);
}
if (!installed()) {
  console.log('Installing the dependencies (npm ci) …');
  const started = Date.now();
  await install();
  console.log(`Installed after ${((Date.now() - started) / 1000).toFixed(1)} s.`);
}
// Of Node 20, which we support as long as the clients of these versions do.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
// The script sees its own arguments only, as if it had been started directly.
process.argv.splice(1, 2, script);
const { register } = await import('tsx/esm/api');
register();
await import(pathToFileURL(script).href);

function newEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** What is installed is compared by content: the times of files say nothing after a checkout or a copy. */
function installed() {
  const lock = readPackages(join(project, 'package-lock.json'));
  const present = readPackages(join(project, 'node_modules', '.package-lock.json'));
  if (present === undefined) {
    return false;
  }
  return Object.entries(lock).every(
    // Optional packages are those of other platforms; the empty path is the project itself.
    ([path, wanted]) => path === '' || wanted.optional || present[path]?.version === wanted.version,
  );
}

function readPackages(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

/** Ends this process where the installation fails, and the installation where this process is told to end. */
async function install() {
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund'], { cwd: project, stdio: 'inherit' });
  const forward = (signal) => npm.kill(signal);
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  const exitCode = await new Promise((resolve) => {
    npm.on('error', (error) => fail(`npm could not be started: ${error.message}`));
    npm.on('close', (code, signal) => resolve(signal === null ? code : 1));
  });
  process.off('SIGINT', forward);
  process.off('SIGTERM', forward);
  if (exitCode !== 0) {
    fail('The dependencies could not be installed.');
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
