#!/usr/bin/env node
// The sources run as they are: tsx takes the types out while they are loaded, so that there is no build to be stale.
const loader = await import('tsx/esm/api').catch(() => undefined);
if (loader === undefined) {
  process.stderr.write(
    'sluice: its dependencies are not installed. Run `npm ci` in its folder, or `npm start`.\n',
  );
  process.exit(1);
}
// Its advice to upgrade Node is for those who choose the versions of dependencies; ours are pinned.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
loader.register();
const { main } = await import('./sluice.ts');
process.exitCode = await main(process.argv.slice(2));
