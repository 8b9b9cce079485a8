/** The errors that any operation of any AWS service may answer, where their status is not 400. */
const STATUSES: Readonly<Record<string, number>> = {
  AccessDeniedException: 403,
  InternalFailure: 500,
  UnknownOperationException: 404,
};

/** Every error in the model of CodeDeploy is a 400. */
const MODELLED = 400;

export function statusOf(code: string): number {
  return STATUSES[code] ?? MODELLED;
}
