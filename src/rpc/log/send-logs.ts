/**
 * LogService.SendLogs, on the raw body: it becomes columns without becoming messages.
 * Invariant: whose logs they are comes from the key, never from the body.
 */
import { SendLogsResponse } from "../../../generated/server/argus/v1/log_service.ts";
import { authorize } from "../../auth/permissions.ts";
import { batchTimeMs, type BatchId, parseBatchId } from "../../domain/ids.ts";
import type { Admission } from "../../ingest/admission.ts";
import { type OnRefused, refusalOf } from "../../http/refused-sends.ts";
import type { Ingest } from "../../ingest/ingest.ts";
import { peekBatchId } from "../send-logs.columns.ts";
import { peekBatchIdJson } from "../send-logs.json-id.ts";
import type { Principal } from "../../domain/principal.ts";
import type { RpcContext } from "../twirp/context.ts";
import type { RawHandler } from "../twirp/routes.ts";

export interface SendLogsDeps {
  readonly ingest: Pick<Ingest, "send">;
  readonly admission: Admission;
  readonly nowMs: () => number;
  /** For requests that name no batch: a new UUIDv7. */
  readonly newBatchId: () => BatchId;
  readonly onRefused: OnRefused;
}

export function sendLogs(deps: SendLogsDeps): RawHandler {
  return async (ctx, body, encoding) => {
    const known = ctx.principal();
    const principal = known instanceof Promise ? await known : known;
    try {
      return await answer(ctx, principal, body, encoding);
    } catch (error) {
      const why = refusalOf(error);
      if (why !== undefined) deps.onRefused(principal, ctx.exchange, why);
      throw error;
    }
  };

  async function answer(
    ctx: RpcContext,
    principal: Principal,
    body: Buffer,
    encoding: "json" | "protobuf",
  ): Promise<Uint8Array | string> {
    authorize(principal, "LogService/SendLogs");
    if (principal.kind !== "key") throw new Error("SendLogs was let through without a key");
    const named = encoding === "json" ? peekBatchIdJson(body) : peekBatchId(body);
    const batch = named === "" ? deps.newBatchId() : parseBatchId(named);
    const receivedMs = deps.nowMs();
    const bounds = deps.admission.boundsOf(principal.appId);
    const outcome = await deps.ingest.send(
      {
        app: principal.appId,
        batch,
        kind: encoding === "json" ? "send-logs-json" : "send-logs-protobuf",
        body,
        defaultTimeMs: batchTimeMs(batch) ?? receivedMs,
        receivedMs,
        ...(bounds instanceof Promise ? await bounds : bounds),
        service: "",
        host: "",
        timeFromLine: false,
      },
      ctx.signal,
    );
    const [refused] = outcome.rejected;
    if (refused !== undefined) deps.onRefused(principal, ctx.exchange, refused.reason);
    const response: SendLogsResponse = {
      accepted: outcome.accepted,
      duplicate: outcome.duplicate,
      rejected: [...outcome.rejected],
      batchId: outcome.batch,
    };
    return encoding === "json"
      ? JSON.stringify(
          SendLogsResponse.toJson(response, { emitDefaultValues: true, useProtoFieldName: true }),
        )
      : SendLogsResponse.toBinary(response);
  }
}
