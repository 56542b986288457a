/**
 * ApplicationService.ListAuditEvents. Invariant: newest first, and of this application alone.
 */
import type {
  ListAuditEventsRequest,
  ListAuditEventsResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { Audit } from "../../accounts/audit.ts";
import type { RpcContext } from "../twirp/context.ts";
import { auditMessage } from "./audit-message.ts";
import { authorizeFor } from "./authorize-for.ts";
import { pageToken, parsePage } from "./messages.ts";

export function listAuditEvents(deps: { applications: Applications; audit: Audit }) {
  return async (
    ctx: RpcContext,
    request: ListAuditEventsRequest,
  ): Promise<ListAuditEventsResponse> => {
    const { appId } = await authorizeFor(
      ctx,
      "ApplicationService/ListAuditEvents",
      request.applicationId,
    );
    await deps.applications.get(appId);
    const { limit, after } = parsePage(request);
    const page = await deps.audit.list(appId, { limit, ...(after === undefined ? {} : { after }) });
    return { events: page.events.map(auditMessage), nextPageToken: pageToken(page.next) };
  };
}
