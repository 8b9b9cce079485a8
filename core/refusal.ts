/**
 * The caller's fault: what was asked cannot be done, nothing was written. `code` is the name of a modelled
 * CodeDeploy exception ("ApplicationDoesNotExistException") or of a common AWS error; the front door answers with it.
 * It is the only class of this folder, because it must travel as an exception.
 */
export class Refusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
  }
}
