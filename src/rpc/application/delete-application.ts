/**
 * ApplicationService.DeleteApplication. Invariant: when it answers, nobody sees the application or its logs.
 */
import type {
  DeleteApplicationRequest,
  DeleteApplicationResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { RpcContext } from "../twirp/context.ts";
import { authorizeFor } from "./authorize-for.ts";

export function deleteApplication(deps: { applications: Applications }) {
  return async (
    ctx: RpcContext,
    request: DeleteApplicationRequest,
  ): Promise<DeleteApplicationResponse> => {
    const { appId } = await authorizeFor(
      ctx,
      "ApplicationService/DeleteApplication",
      request.applicationId,
    );
    await deps.applications.delete(appId, request.confirmName);
    return {};
  };
}
