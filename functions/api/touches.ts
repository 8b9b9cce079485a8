import type { AlarmConfigurationInput } from '../../core/registry/shapes.ts';
import { requireResourceArn, taggableResourceOf } from '../../core/registry/resource-arn.ts';
import type { CallContext } from './operation.ts';

/** What a call touches, as far as the call itself tells it. */
export type Touched =
  /** These by their names; one that is missing is none that a path could cover. */
  | { readonly type: 'applications'; readonly names: readonly (string | undefined)[] }
  /** Some by their ids. Whose they are their rows tell, and those of others are concealed. */
  | { readonly type: 'deployments' }
  /** What all applications deploy with: anybody may read it, and nobody changes it for others. */
  | { readonly type: 'configurations' }
  /** More than one application, or what guards it from its own pipeline. */
  | { readonly type: 'account'; readonly what: string };

/** Reads off the input of an operation what a call of it touches. Throws what the operation throws for such an input. */
export type Touch<Input> = (input: Input, context: CallContext) => Touched;

interface Named {
  readonly applicationName?: string;
}

export function application({ applicationName }: Named): Touched {
  return { type: 'applications', names: [applicationName] };
}

export function applications({ applicationNames = [] }: { readonly applicationNames?: readonly string[] }) {
  return { type: 'applications', names: applicationNames } as const;
}

/** The new name is one that others may be granted, lent a role by, or about to take: it must be the caller's as well. */
export function bothNames(input: Named & { readonly newApplicationName?: string }): Touched {
  return { type: 'applications', names: [input.applicationName, input.newApplicationName] };
}

export function applicationOfArn({ ResourceArn }: { readonly ResourceArn?: string }, { home }: CallContext) {
  const { applicationName } = taggableResourceOf(requireResourceArn(ResourceArn), home);
  return { type: 'applications', names: [applicationName] } as const;
}

/** The stack's own role deploys every function of the account: to name it is for whoever may do everything. */
export function applicationUnderItsRole(
  input: Named & { readonly serviceRoleArn?: string },
  { ports }: CallContext,
): Touched {
  return ports.trust.stackServiceRoleArns.includes(input.serviceRoleArn ?? '')
    ? { type: 'account', what: "every function of the account, by the stack's own service role" }
    : application(input);
}

/** A deployment that goes its own way about the alarms of its group is for whoever may do everything. */
export function applicationUnderItsAlarms(
  input: Named & { readonly overrideAlarmConfiguration?: AlarmConfigurationInput },
): Touched {
  return input.overrideAlarmConfiguration === undefined
    ? application(input)
    : { type: 'account', what: 'the alarms that the group is deployed under (overrideAlarmConfiguration)' };
}

/** Without a name these are the deployments of the account. */
export function applicationOrAll(input: Named): Touched {
  return input.applicationName === undefined
    ? { type: 'account', what: 'the deployments of all applications' }
    : application(input);
}

export const allApplications: Touch<{ readonly nextToken?: string }> = () => ({
  type: 'account',
  what: 'the names of all applications',
});

/** On-premises instances belong to no application: the tags that are given to one decide who deploys to it. */
export const onPremisesInstances: Touch<object> = () => ({
  type: 'account',
  what: 'on-premises instances, which no application owns',
});

/** A token opens the repositories of an account of GitHub, whichever application deploys from them. */
export const gitHubTokens: Touch<object> = () => ({
  type: 'account',
  what: 'tokens for GitHub, which no application owns',
});

export const deployment: Touch<{ readonly deploymentId?: string }> = () => ({ type: 'deployments' });

export const deployments: Touch<{ readonly deploymentIds?: readonly string[] }> = () => ({
  type: 'deployments',
});

export const configuration: Touch<{ readonly deploymentConfigName?: string }> = () => ({
  type: 'configurations',
});

export const configurations: Touch<{ readonly nextToken?: string }> = () => ({ type: 'configurations' });
