/**
 * ApplicationService.UpdateApplication. Invariant: a field that is absent keeps its value.
 */
import type {
  UpdateApplicationRequest,
  UpdateApplicationResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { RpcContext } from "../twirp/context.ts";
import { authorizeFor } from "./authorize-for.ts";
import { applicationMessage } from "./messages.ts";

export function updateApplication(deps: { applications: Applications }) {
  return async (
    ctx: RpcContext,
    request: UpdateApplicationRequest,
  ): Promise<UpdateApplicationResponse> => {
    const { principal, appId } = await authorizeFor(
      ctx,
      "ApplicationService/UpdateApplication",
      request.applicationId,
    );
    const { title, color, retentionDays, quota } = request;
    const application = await deps.applications.update(appId, {
      title,
      color,
      retentionDays,
      quota:
        quota === undefined
          ? undefined
          : {
              entriesPerSecond: Number(quota.entriesPerSecond),
              bytesPerDay: Number(quota.bytesPerDay),
            },
    });
    return { application: applicationMessage(application, principal) };
  };
}
