/**
 * `POST /ingest/ndjson`: JSON lines, an array or one object; or plain text, a line an entry.
 * Invariant: a body sent twice is stored once wherever it can be told apart from another: by its `Idempotency-Key`,
 * else by its bytes when its entries carry their times.
 */
import { SendLogsResponse } from "../../../generated/server/argus/v1/log_service.ts";
import { authorize } from "../../auth/permissions.ts";
import { invalid } from "../../domain/fault.ts";
import { batchTimeMs, type BatchId, parseBatchId } from "../../domain/ids.ts";
import type { Principal } from "../../domain/principal.ts";
import type { Answer, EndpointCall, EndpointHandler } from "../../http/endpoint.ts";
import { type OnRefused, refusalOf } from "../../http/refused-sends.ts";
import type { Admission } from "../../ingest/admission.ts";
import { derivedBatchId } from "../../ingest/derived-batch-id.ts";
import type { Ingest } from "../../ingest/ingest.ts";
import { newestTimeMs } from "./newest-time.ts";

export interface NdjsonDeps {
  readonly ingest: Pick<Ingest, "send">;
  readonly admission: Admission;
  readonly nowMs: () => number;
  readonly newBatchId: () => BatchId;
  readonly onRefused: OnRefused;
}

export function ndjsonEndpoint(deps: NdjsonDeps): EndpointHandler {
  return async (call) => {
    const { exchange } = call;
    if (exchange.req.method !== "POST" && exchange.req.method !== "PUT")
      throw invalid("method", "send entries with POST");
    const principal = await call.principal();
    try {
      return await answer(call, principal);
    } catch (error) {
      const why = refusalOf(error);
      if (why !== undefined) deps.onRefused(principal, exchange, why);
      throw error;
    }
  };

  async function answer({ exchange, query }: EndpointCall, principal: Principal): Promise<Answer> {
    authorize(principal, "ingest");
    if (principal.kind !== "key") throw new Error("ingest was let through without a key");
    const type = (exchange.req.headers["content-type"] ?? "")
      .split(";", 1)[0]
      ?.trim()
      .toLowerCase();
    const kind = type === "text/plain" ? "plain-text" : "ndjson";
    const timeFromLine = query.get("time") === "line";
    const body = await exchange.body();
    // The same bytes with other defaults are other entries, so these are part of a derived name.
    const service = query.get("service") ?? "";
    const host = query.get("host") ?? "";
    const key = exchange.req.headers["idempotency-key"];
    const newestMs = newestTimeMs(body, kind, timeFromLine);
    const name =
      typeof key === "string" && key !== ""
        ? { batch: parseBatchId(key, "Idempotency-Key"), repeatable: true }
        : newestMs === undefined
          ? { batch: deps.newBatchId(), repeatable: false }
          : {
              batch: derivedBatchId(
                principal.appId,
                body,
                [kind, service, host, String(timeFromLine)],
                newestMs,
              ),
              repeatable: true,
            };
    const receivedMs = deps.nowMs();
    const outcome = await deps.ingest.send(
      {
        app: principal.appId,
        batch: name.batch,
        kind,
        body,
        defaultTimeMs: batchTimeMs(name.batch) ?? receivedMs,
        receivedMs,
        ...(await deps.admission.boundsOf(principal.appId)),
        service,
        host,
        timeFromLine,
      },
      exchange.signal,
    );
    const [refused] = outcome.rejected;
    if (refused !== undefined) deps.onRefused(principal, exchange, refused.reason);
    const response = SendLogsResponse.toJson(
      {
        accepted: outcome.accepted,
        duplicate: outcome.duplicate,
        rejected: [...outcome.rejected],
        batchId: outcome.batch,
      },
      { emitDefaultValues: true, useProtoFieldName: true },
    ) as object;
    // Said in a header: the body is the message of the API.
    if (!name.repeatable) exchange.res.setHeader("Argus-Retry", "stores-again");
    return { status: 200, contentType: "application/json", body: `${JSON.stringify(response)}\n` };
  }
}
