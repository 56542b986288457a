/**
 * InstanceService.ListInstanceAuditEvents. Invariant: newest first; nothing of what happened within an application.
 */
import type {
  ListInstanceAuditEventsRequest,
  ListInstanceAuditEventsResponse,
} from "../../../generated/server/argus/v1/instance_service.ts";
import type { Audit } from "../../accounts/audit.ts";
import { authorize } from "../../auth/permissions.ts";
import { auditMessage } from "../application/audit-message.ts";
import { pageToken, parsePage } from "../application/messages.ts";
import type { RpcContext } from "../twirp/context.ts";

export function listInstanceAuditEvents(deps: { audit: Audit }) {
  return async (
    ctx: RpcContext,
    request: ListInstanceAuditEventsRequest,
  ): Promise<ListInstanceAuditEventsResponse> => {
    authorize(await ctx.principal(), "InstanceService/ListInstanceAuditEvents");
    const { limit, after } = parsePage(request);
    const from = after === undefined ? {} : { after };
    const page = await deps.audit.list("instance", { limit, ...from });
    return { events: page.events.map(auditMessage), nextPageToken: pageToken(page.next) };
  };
}
