/**
 * ApplicationService.GetApplication. Invariant: what is not there reads as what is not the caller's.
 */
import type {
  GetApplicationRequest,
  GetApplicationResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { RpcContext } from "../twirp/context.ts";
import { authorizeFor } from "./authorize-for.ts";
import { applicationMessage } from "./messages.ts";

export function getApplication(deps: { applications: Applications }) {
  return async (
    ctx: RpcContext,
    request: GetApplicationRequest,
  ): Promise<GetApplicationResponse> => {
    const { principal, appId } = await authorizeFor(
      ctx,
      "ApplicationService/GetApplication",
      request.applicationId,
    );
    return { application: applicationMessage(await deps.applications.get(appId), principal) };
  };
}
