/** Ranges at and beyond the ends of time against a real server: each is answered or refused in words. */
import type { IMessageType } from "@protobuf-ts/runtime";
import { expect, test } from "vitest";
import { LogService } from "../../generated/server/argus/v1/log_service.ts";
import { send } from "../support/api-calls.ts";
import { call } from "../support/http-call.ts";
import { useHostileServer } from "../support/hostile-server.ts";

let url = "";
let port = 0;
let key = "";

useHostileServer((server) => {
  ({ url, port, key } = server);
});

const FIRST = -62_135_596_800n;
const LAST = 253_402_300_799n;
const ENDS: readonly (bigint | undefined)[] = [
  undefined,
  -(2n ** 63n),
  FIRST - 1n,
  FIRST,
  -1n,
  0n,
  LAST,
  LAST + 1n,
  2n ** 63n - 1n,
];
const QUERIES = ["", "* | timechart 1000w count()", "* | timechart count()", "* | context 3"];
/** What takes a range. */
const METHODS = LogService.methods.filter(({ I }) =>
  I.fields.some(({ name }) => name === "start_time"),
);

function timeText(seconds: bigint): string {
  if (seconds < FIRST || seconds > LAST) return String(seconds);
  return new Date(Number(seconds) * 1000).toISOString().replace(".000", "");
}

test("in every RPC that takes a range, in both encodings, and in exports", async () => {
  await send(url, key, [{ message: "now" }]);
  const headers = { authorization: `Bearer ${key}` };
  const bad: string[] = [];
  const ask = async (name: string, path: string, type: string, body: string | Uint8Array) => {
    const { status, text } = await call(port, {
      path,
      body,
      headers: { ...headers, "content-type": type },
    });
    if (status !== 200 && status !== 400) bad.push(`${name}: ${status} ${text}`);
  };
  const ranges = ENDS.flatMap((start) => ENDS.map((end) => ({ start, end })));
  for (const { start, end } of ranges) {
    for (const [i, query] of QUERIES.entries()) {
      const asked = { query, field: "service", fields: ["service"] };
      const times = {
        ...(start === undefined ? {} : { startTime: { seconds: start, nanos: 0 } }),
        ...(end === undefined ? {} : { endTime: { seconds: end, nanos: 0 } }),
      };
      const texts = {
        ...(start === undefined ? {} : { start_time: timeText(start) }),
        ...(end === undefined ? {} : { end_time: timeText(end) }),
      };
      await Promise.all(
        METHODS.filter(({ name }) => i === 0 || name === "Query").flatMap(({ name, I }) => {
          const type = I as IMessageType<object>;
          const path = `/twirp/argus.v1.LogService/${name}`;
          const what = `${name} ${start}…${end} ${query}`;
          const known = Object.fromEntries(
            Object.entries(asked).filter(([field]) => I.fields.some((one) => one.name === field)),
          );
          const message = type.create({ ...known, ...times });
          return [
            ask(`${what} protobuf`, path, "application/protobuf", type.toBinary(message)),
            ask(what, path, "application/json", JSON.stringify({ ...known, ...texts })),
          ];
        }),
      );
    }
    const form = new URLSearchParams({
      ...(start === undefined ? {} : { start_time: timeText(start) }),
      ...(end === undefined ? {} : { end_time: timeText(end) }),
    });
    await ask("export", "/api/v1/export", "application/x-www-form-urlencoded", form.toString());
  }
  expect(bad).toEqual([]);
  expect(METHODS.length).toBeGreaterThan(5);
});
