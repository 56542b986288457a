/**
 * InstanceService, put together. Invariant: every method is a file of its own.
 */
import {
  createInstanceServiceServer,
  type InstanceServiceTwirp,
} from "../../../generated/server/argus/v1/instance_service.twirp.ts";
import type { Audit } from "../../accounts/audit.ts";
import type { RpcContext } from "../twirp/context.ts";
import { getInstance, type InstanceFacts } from "./get-instance.ts";
import { listInstanceAuditEvents } from "./list-instance-audit-events.ts";

export function instanceService(deps: InstanceFacts & { readonly audit: Audit }) {
  const service: InstanceServiceTwirp<RpcContext> = {
    GetInstance: getInstance(deps),
    ListInstanceAuditEvents: listInstanceAuditEvents(deps),
  };
  return createInstanceServiceServer<RpcContext>(service);
}
