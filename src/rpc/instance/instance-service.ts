/**
 * InstanceService, put together. Invariant: every method is a file of its own.
 */
import {
  createInstanceServiceServer,
  type InstanceServiceTwirp,
} from "../../../generated/server/argus/v1/instance_service.twirp.ts";
import type { RpcContext } from "../twirp/context.ts";
import { getInstance, type InstanceFacts } from "./get-instance.ts";

export function instanceService(facts: InstanceFacts) {
  const service: InstanceServiceTwirp<RpcContext> = { GetInstance: getInstance(facts) };
  return createInstanceServiceServer<RpcContext>(service);
}
