/**
 * Request bodies for load, made beforehand from the seeded generator.
 */
import { SendLogsRequest } from "../../generated/client/argus/v1/log_service.ts";
import { sampleJson, sampleLogs, type SampleEntry } from "../support/sample-logs.ts";
import type { LoadPlan } from "./load.ts";

type Body = LoadPlan["bodies"][number];
const NO_ID = "00000000-0000-0000-0000-000000000000";

export interface BodyPlan {
  readonly bodies: number;
  readonly entriesEach: number;
  readonly seed: number;
  /** Time of the last entry, ms since 1970: the others lie in the minutes before. */
  readonly endMs: number;
}

function batches(plan: BodyPlan): SampleEntry[][] {
  const stepMs = 2.5;
  const all = sampleLogs(
    plan.bodies * plan.entriesEach,
    plan.seed,
    plan.endMs - plan.bodies * plan.entriesEach * stepMs,
    stepMs,
  );
  return Array.from({ length: plan.bodies }, (_, i) =>
    all.slice(i * plan.entriesEach, (i + 1) * plan.entriesEach),
  );
}

export function protobufBodies(plan: BodyPlan): Body[] {
  return batches(plan).map((entries) => {
    const bytes = SendLogsRequest.encode({
      batchId: NO_ID,
      service: "",
      host: "",
      attributes: undefined,
      entries: entries.map((entry) => ({
        time: {
          seconds: entry.timeNanos / 1_000_000_000n,
          nanos: Number(entry.timeNanos % 1_000_000_000n),
        },
        level: entry.severity as 9,
        message: entry.message,
        service: entry.service,
        host: entry.host,
        traceId: entry.traceId,
        spanId: entry.spanId,
        attributes: { ...entry.attributes },
        observedTime: undefined,
        id: "",
        truncated: [],
      })),
    }).finish();
    return { base64: Buffer.from(bytes).toString("base64"), entries: entries.length, idOffset: 2 };
  });
}

export function jsonBodies(plan: BodyPlan): Body[] {
  return batches(plan).map((entries) => {
    const text = `{"batch_id":"${NO_ID}","entries":${JSON.stringify(entries.map(sampleJson))}}`;
    return { base64: Buffer.from(text).toString("base64"), entries: entries.length, idOffset: 13 };
  });
}

export function ndjsonBodies(plan: BodyPlan): Body[] {
  return batches(plan).map((entries) => {
    const text = entries.map((entry) => JSON.stringify(sampleJson(entry))).join("\n");
    return {
      base64: Buffer.from(text).toString("base64"),
      entries: entries.length,
      idOffset: undefined,
    };
  });
}
