/**
 * InstanceService.GetInstance. Invariant: facts of the process that answers; no settings, no secrets.
 */
import type { GetInstanceResponse } from "../../../generated/server/argus/v1/instance_service.ts";
import { authorize } from "../../auth/permissions.ts";
import { timestampOf } from "../twirp/timestamp.ts";
import type { RpcContext } from "../twirp/context.ts";

export interface InstanceFacts {
  readonly version: string;
  readonly store: "sqlite" | "cassandra";
  /** Milliseconds since 1970. */
  readonly startedAtMs: number;
  readonly nodeVersion: string;
}

export function getInstance(facts: InstanceFacts) {
  return async (ctx: RpcContext): Promise<GetInstanceResponse> => {
    authorize(await ctx.principal(), "InstanceService/GetInstance");
    const { version, store, startedAtMs, nodeVersion } = facts;
    return { version, store, startedAt: timestampOf(startedAtMs), nodeVersion };
  };
}
