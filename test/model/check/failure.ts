/** A broken invariant: ends the run at the step that broke it. */
export class ModelFailure extends Error {
  /** @param invariant its name in section 16 of the protocol, such as "I6" */
  constructor(invariant: string, what: string) {
    super(`${invariant}: ${what}`);
    this.name = "ModelFailure";
  }
}
