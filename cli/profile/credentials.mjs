// The credential_process of a profile that has the keys of another, which lie in the credentials file and stay there.
// Called with the name of that profile; needs nothing compiled, because SDKs of any language start it.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const { CodeDeployClient } = await import('@aws-sdk/client-codedeploy');
const { config } = new CodeDeployClient({ profile: process.argv[2] });
const { accessKeyId, secretAccessKey, sessionToken, expiration } = await config.credentials();
process.stdout.write(
  JSON.stringify({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: expiration?.toISOString(),
  }),
);
