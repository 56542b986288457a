/** What is suggested for slips that people make. */
import { beforeAll, afterAll, expect, test } from "vitest";
import { parseAppId, parseBatchId } from "../../domain/ids.ts";
import { type SqliteStore, openSqliteStore } from "../../storage/sqlite/open-store.ts";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { entryRows } from "../../../test/support/stored-entries.ts";
import { entryWith } from "../../../test/support/entry-with.ts";
import { engineOpener } from "../engine-opener.ts";
import { createSearch } from "../search.ts";

const APP = parseAppId("019a0000-0000-7000-8000-0000000000aa");
const BATCH = parseBatchId("019a0000-0000-7000-8000-000000000001");
const NOW_MS = Date.parse("2026-11-24T15:00:00Z");
const nanos = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000_000n;
const HOUR = { startNanos: nanos("2026-11-24T14:00:00Z"), endNanos: nanos("2026-11-24T15:00:00Z") };

let store: SqliteStore;
const clock = new FakeClock(NOW_MS);

beforeAll(async () => {
  store = await openSqliteStore({ folder: ":memory:", clock });
  const say = (time: string, message: string, service: string, more: object = {}) => ({
    time,
    message,
    service,
    more,
  });
  const said = [
    ...Array.from({ length: 12 }, (_, n) =>
      say(`2026-11-24T14:0${n % 10}:00Z`, `GET /orders ${n}`, "web", { user: "Bob", status: 200 }),
    ),
    say("2026-11-24T14:20:00Z", "connection to payments was refused", "payments", { user: "eve" }),
    say("2026-11-24T14:21:00Z", "connecting again", "payments", { "http.status": 502 }),
    say("2026-11-24T02:00:00Z", "disk full", "disk"),
    say("2026-11-20T02:00:00Z", "disk full", "disk"),
    say("2026-10-01T02:00:00Z", "license expired", "web"),
  ];
  for (const [index, { time, message, service, more }] of said.entries()) {
    const timeNanos = nanos(time);
    await store.logs.commit(
      entryRows(APP, [
        entryWith(
          { timeNanos, batch: parseBatchId(`${BATCH.slice(0, -2)}${index + 10}`), index: 0 },
          { message, service, attributes: new Map(Object.entries(more)) },
        ),
      ]),
    );
  }
});
afterAll(() => store[Symbol.asyncDispose]());

function suggest(query: string, more: object = HOUR) {
  const search = createSearch({ store: store.logs, opener: engineOpener, clock });
  return search.suggestQueries({ app: APP, query, ...more });
}

test.each([
  { query: "service:wbe", first: ["near_value", "service:web", 12] },
  { query: "service:(wbe pament)", first: ["near_value", "service:(web payments)", 14] },
  { query: "servce:web", first: ["near_field", "service:web", 12] },
  { query: "user:=bob", first: ["any_case", "user:bob", 12] },
  { query: "/CONNECT/", first: ["any_case", "/CONNECT/i", 2] },
  { query: '"refused connection"', first: ["words_apart", "refused connection", 1] },
  { query: "eve connecting", first: ["drop_term", "connecting", 1] },
  { query: "payments -service:payments", first: ["drop_term", "payments", 1] },
  { query: "connec", first: ["wildcard", "connec*", 2] },
  { query: "user:ev", first: ["near_value", "user:eve", 1] },
  { query: "service:refused", first: ["as_text", "refused", 1] },
  { query: "service:web,payments", first: ["fix", "service:(web payments)", 14] },
  { query: "level:error | stats count()", first: ["drop_term", "| stats count()", 14] },
])("$query: $first", async ({ query, first }) => {
  const { count, suggestions, partial } = await suggest(query);
  expect(count).toBeLessThan(first[2] as number);
  expect(partial).toBe(false);
  expect(suggestions.map((own) => [own.kind, own.query, own.count])).toContainEqual(first);
  for (const { reason } of suggestions) expect(reason).toMatch(/^[A-Z`].*[^.]$/s);
});

test("a word that a field has is offered as its value", async () => {
  const { suggestions } = await suggest("web");
  expect(suggestions[0]).toMatchObject({
    kind: "as_field",
    query: "service:web",
    count: 12,
    exact: true,
    reason: "`web` is a value of `service`",
  });
});

test("ranges go from near to far, and to where the newest match lies", async () => {
  const disk = await suggest("full");
  expect(disk.suggestions.filter(({ kind }) => kind === "wider_range")).toMatchObject([
    { count: 1, range: { startNanos: nanos("2026-11-23T15:00:00Z"), endNanos: HOUR.endNanos } },
    { count: 2, range: { startNanos: nanos("2026-11-17T15:00:00Z"), endNanos: HOUR.endNanos } },
    { count: 1, reason: "The newest match before the range is of 2026-11-24T02:00:00Z" },
  ]);
  expect(disk.newestNanos).toBe(nanos("2026-11-24T02:00:00Z"));
  const license = await suggest("license", { startNanos: HOUR.startNanos });
  expect(license.suggestions[0]).toMatchObject({
    kind: "wider_range",
    count: 1,
    reason: "The newest match before the range is of 2026-10-01T02:00:00Z",
  });
  const early = await suggest("connecting", {
    startNanos: nanos("2026-11-24T13:00:00Z"),
    endNanos: nanos("2026-11-24T14:00:00Z"),
  });
  expect(early.suggestions).toMatchObject([
    { kind: "wider_range", range: { endNanos: undefined }, count: 1 },
  ]);
  expect(early.newestNanos).toBe(nanos("2026-11-24T14:21:00Z"));
});

test("a query that finds enough gets no suggestions", async () => {
  expect(await suggest("service:web")).toMatchObject({ count: 10, suggestions: [] });
});

test("nothing is suggested where nothing is found", async () => {
  expect(await suggest("nowhere")).toMatchObject({
    count: 0,
    suggestions: [{ kind: "drop_term", query: "*", count: 14 }],
    newestNanos: undefined,
  });
});
