// Made by scripts/protoc-gen-shapes.ts.
import { AuditEvent } from "./application_service.shapes.ts";

export const GetInstanceRequest = [""] as const;
export const GetInstanceResponse = ["sversion sstore tstarted_at snode_version"] as const;
export const ListInstanceAuditEventsRequest = ["npage_size spage_token"] as const;
export const ListInstanceAuditEventsResponse = ["Mevents snext_page_token", AuditEvent] as const;

export const InstanceService = {
  GetInstance: [GetInstanceRequest, GetInstanceResponse],
  ListInstanceAuditEvents: [ListInstanceAuditEventsRequest, ListInstanceAuditEventsResponse],
} as const;
