import { awsFailure } from '../functions/adapters/aws-failure.ts';
import { CannotDo } from './command.ts';

/** What of the environment the SDK goes by, beside what the command line says. */
export interface Shell {
  readonly AWS_PROFILE?: string | undefined;
  readonly AWS_ENDPOINT_URL?: string | undefined;
}

/**
 * The failures of a call to AWS that the caller of a command can do something about, as a CannotDo that says what.
 * Everything else is given back as it is: a bug keeps its stack trace.
 */
export function inWords(error: unknown, place: string, shell: Shell = process.env): unknown {
  if (!(error instanceof Error) || error instanceof CannotDo) return error;
  const { name, message } = error;
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') {
    return noCredentials(message, place, shell);
  }
  // The second: a variable that is set to nothing.
  if (message === 'Region is missing' || message.startsWith('Region not accepted: region=""')) {
    return new CannotDo(
      `it is not known which region ${place} is in. Give --region, or set AWS_REGION, or run \`npm start\` for a local cloud.`,
    );
  }
  if (message.startsWith('Region not accepted')) {
    return new CannotDo(
      `there is no such region as that of ${place} (${message}). Give one such as eu-north-1 with --region or AWS_REGION.`,
    );
  }
  if (EXPIRED.has(name)) {
    return new CannotDo(
      `the AWS credentials for ${place} have expired or are not valid (${message}). Log in again; ` +
        'a region that your account has not enabled answers like that as well.',
    );
  }
  const failure = awsFailure(error);
  if (failure?.status === 'denied') {
    return new CannotDo(
      `your AWS credentials do not permit it for ${place}: ${message.replace(/\.$/, '')}. ` +
        'Ask for a policy that allows it, or name a profile that may with AWS_PROFILE.',
    );
  }
  if (failure?.status === 'missing') {
    return new CannotDo(
      `something of ${place} is gone (${message}). Deploy it again with \`npx cdk deploy\`, or name another with --stack.`,
    );
  }
  return isConnectionLost(error) ? doesNotAnswer(error, place, shell) : error;
}

function noCredentials(message: string, place: string, { AWS_PROFILE: profile }: Shell): CannotDo {
  return new CannotDo(
    profile === undefined || profile === ''
      ? `there are no AWS credentials for ${place} (${message}). Log in with \`aws sso login\` or \`aws configure\`, ` +
          'name a profile with AWS_PROFILE, or run `npm start` for a local cloud.'
      : `the profile ${profile} of AWS_PROFILE gives no AWS credentials for ${place} (${message}). ` +
          `Log in with \`aws sso login --profile ${profile}\`, or name another: \`aws configure list-profiles\` lists them.`,
  );
}

function doesNotAnswer(
  error: Error & { readonly code?: unknown },
  place: string,
  { AWS_ENDPOINT_URL: endpoint }: Shell,
): CannotDo {
  const what = `${place} does not answer (${lossInWords(error)}). `;
  if (place.startsWith('the local cloud')) {
    return new CannotDo(`${what}Run \`npm start\`, or name a stack with --stack.`);
  }
  if (endpoint !== undefined && endpoint !== '') {
    return new CannotDo(
      `${what}AWS_ENDPOINT_URL sends everything to ${endpoint}: unset it to reach AWS, or run \`npm start\` for a local cloud.`,
    );
  }
  return new CannotDo(
    error.code === 'ENOTFOUND'
      ? `${what}Is there such a region (--region, AWS_REGION)? Else try again when the network is back.`
      : `${what}Try again when the network is back.`,
  );
}

/** Of an error that is only one thing among others to tell. */
export function failureWords(error: unknown, place: string): string {
  const inPlace = inWords(error, place);
  if (!(inPlace instanceof Error)) return String(inPlace);
  return inPlace instanceof CannotDo ? inPlace.message : `${inPlace.name}: ${inPlace.message}`;
}

/** Whether the same call may well succeed in a while. */
export function isConnectionLost(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as Error & {
    readonly code?: unknown;
    readonly $metadata?: { readonly httpStatusCode?: number };
  };
  if (typeof code === 'string' && LOST.has(code)) return true;
  if (error.name === 'TimeoutError') return true;
  if (awsFailure(error)?.status === 'throttled') return true;
  return ($metadata?.httpStatusCode ?? 0) >= FIRST_SERVER_ERROR;
}

/** The error of a refused connection has no message of its own where several addresses were tried. */
export function lossInWords({ message, name, code }: Error & { readonly code?: unknown }): string {
  if (message !== '') return message;
  return typeof code === 'string' ? code : name;
}

const FIRST_SERVER_ERROR = 500;

const LOST: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
]);

const EXPIRED: ReadonlySet<string> = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);
