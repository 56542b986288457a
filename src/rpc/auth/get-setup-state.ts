/**
 * AuthService.GetSetupState. Invariant: tells no more than whether there is a user.
 */
import type { GetSetupStateResponse } from "../../../generated/server/argus/v1/auth_service.ts";
import type { Setup } from "../../accounts/setup.ts";

export function getSetupState(deps: { setup: Setup }) {
  return async (): Promise<GetSetupStateResponse> => {
    const needsOwner = await deps.setup.needsOwner();
    return { needsOwner, needsCode: needsOwner };
  };
}
