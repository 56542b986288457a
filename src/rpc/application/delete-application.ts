/**
 * ApplicationService.DeleteApplication. Invariant: when it answers, nobody sees the application or its logs.
 */
import type {
  DeleteApplicationRequest,
  DeleteApplicationResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { Audit } from "../../accounts/audit.ts";
import { originOf } from "../auth/messages.ts";
import type { RpcContext } from "../twirp/context.ts";
import { authorizeFor } from "./authorize-for.ts";

export function deleteApplication(deps: { applications: Applications; audit: Audit }) {
  return async (
    ctx: RpcContext,
    request: DeleteApplicationRequest,
  ): Promise<DeleteApplicationResponse> => {
    const { principal, appId } = await authorizeFor(
      ctx,
      "ApplicationService/DeleteApplication",
      request.applicationId,
    );
    await deps.audit.run(
      "instance",
      { principal, ...originOf(ctx) },
      {
        action: "application.delete",
        target: appId,
        details: { name: request.confirmName.slice(0, 40) },
      },
      () => deps.applications.delete(appId, request.confirmName),
    );
    return {};
  };
}
