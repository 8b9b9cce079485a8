/** The part of `sdk-declared-errors.ts` about on-premises instances. */
const tagging: readonly string[] = [
  'InstanceNameRequired',
  'InvalidInstanceName',
  'TagRequired',
  'InvalidTag',
  'TagLimitExceeded',
  'InstanceLimitExceeded',
  'InstanceNotRegistered',
];

export const declaredInstanceErrors: Readonly<Record<string, readonly string[]>> = {
  RegisterOnPremisesInstance: [
    'InstanceNameAlreadyRegistered',
    'IamArnRequired',
    'IamSessionArnAlreadyRegistered',
    'IamUserArnAlreadyRegistered',
    'InstanceNameRequired',
    'IamUserArnRequired',
    'InvalidInstanceName',
    'InvalidIamSessionArn',
    'InvalidIamUserArn',
    'MultipleIamArnsProvided',
  ],
  DeregisterOnPremisesInstance: ['InstanceNameRequired', 'InvalidInstanceName'],
  GetOnPremisesInstance: ['InstanceNameRequired', 'InstanceNotRegistered', 'InvalidInstanceName'],
  BatchGetOnPremisesInstances: ['InstanceNameRequired', 'InvalidInstanceName', 'BatchLimitExceeded'],
  ListOnPremisesInstances: ['InvalidRegistrationStatus', 'InvalidTagFilter', 'InvalidNextToken'],
  ListGitHubAccountTokenNames: ['InvalidNextToken', 'ResourceValidation', 'OperationNotSupported'],
  DeleteGitHubAccountToken: [
    'GitHubAccountTokenNameRequired',
    'GitHubAccountTokenDoesNotExist',
    'InvalidGitHubAccountTokenName',
    'ResourceValidation',
    'OperationNotSupported',
  ],
  AddTagsToOnPremisesInstances: tagging,
  RemoveTagsFromOnPremisesInstances: tagging,
};
