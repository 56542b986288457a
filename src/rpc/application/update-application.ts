/**
 * ApplicationService.UpdateApplication. Invariant: a field that is absent keeps its value.
 */
import type {
  UpdateApplicationRequest,
  UpdateApplicationResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { Audit } from "../../accounts/audit.ts";
import { originOf } from "../auth/messages.ts";
import type { RpcContext } from "../twirp/context.ts";
import { authorizeFor } from "./authorize-for.ts";
import { applicationMessage } from "./messages.ts";

export function updateApplication(deps: { applications: Applications; audit: Audit }) {
  return async (
    ctx: RpcContext,
    request: UpdateApplicationRequest,
  ): Promise<UpdateApplicationResponse> => {
    const { principal, appId } = await authorizeFor(
      ctx,
      "ApplicationService/UpdateApplication",
      request.applicationId,
    );
    const { title, color, retentionDays } = request;
    const quota =
      request.quota === undefined
        ? undefined
        : {
            entriesPerSecond: Number(request.quota.entriesPerSecond),
            bytesPerDay: Number(request.quota.bytesPerDay),
          };
    const application = await deps.audit.run(
      appId,
      { principal, ...originOf(ctx) },
      {
        action: "application.update",
        target: appId,
        details: {
          ...(title === undefined ? {} : { title: title.slice(0, 100) }),
          ...(color === undefined ? {} : { color: color.slice(0, 24) }),
          ...(retentionDays === undefined ? {} : { retention_days: String(retentionDays) }),
          ...(quota === undefined
            ? {}
            : {
                entries_per_second: String(quota.entriesPerSecond),
                bytes_per_day: String(quota.bytesPerDay),
              }),
        },
      },
      () => deps.applications.update(appId, { title, color, retentionDays, quota }),
    );
    return { application: applicationMessage(application, principal) };
  };
}
