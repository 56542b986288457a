/**
 * Audit events as the API says them.
 */
import type { AuditEvent as AuditEventMessage } from "../../../generated/server/argus/v1/application_service.ts";
import type { AuditEvent } from "../../accounts/audit-event.ts";
import { timestampOf } from "../twirp/timestamp.ts";

export function auditMessage(event: AuditEvent): AuditEventMessage {
  const { id, atMs, action, target, details, actor, address, device } = event;
  return {
    id,
    time: timestampOf(atMs),
    action,
    target,
    details: { ...details },
    actorId: actor.id,
    actorEmail: actor.name,
    address,
    device,
  };
}
