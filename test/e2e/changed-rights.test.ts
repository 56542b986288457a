/** Rights that end while an answer is under way, at a real server: a member removed, an application deleted. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiAnswer, rpc, send } from "../support/api-calls.ts";
import { call, makeApplication, ownerToken } from "../support/api-setup.ts";
import { followTail } from "../support/follow-tail.ts";
import { type ArgusProcess, OWNER, startArgus } from "../support/server-process.ts";
import { until } from "../support/until.ts";

/** A block of it takes a filter of such regexes all of its time: some seconds of the thread. */
const LONG = Array.from({ length: 2 }, (_, n) => ({ message: `${"a".repeat(500_000)}${n}` }));
const HEAVY = `message:(${Array.from({ length: 200 }, (_, n) => `/(?i)a{9}${n + 100}/`).join(" ")})`;
const BLOCKS = 6;
/** Of a look at who may still read, every ten seconds; and some for a slow machine. */
const NOTICED_MS = 30_000;

let argus: ArgusProcess;
let owner: string;

beforeAll(async () => {
  argus = await startArgus();
  owner = await ownerToken(argus.url);
});
afterAll(async () => {
  expect(argus.log.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  await argus[Symbol.asyncDispose]();
});

interface World {
  readonly id: string;
  readonly viewer: { readonly id: string; readonly token: string };
  readonly secret: string;
}

/** An application with blocks that take long, and a viewer. */
async function world(name: string): Promise<World> {
  const { id, secret } = await makeApplication(argus.url, name, owner);
  for (let n = 0; n < BLOCKS; n++) await send(argus.url, secret, LONG);
  const invite = {
    email: `${name}@example.com`,
    memberships: [{ application_id: id, role: "ROLE_VIEWER" }],
  };
  const { code } = await call<{ code: string }>(argus.url, "UserService/InviteUser", invite, owner);
  const made = await call<{ access_token: string; user: { id: string } }>(
    argus.url,
    "AuthService/AcceptInvite",
    { code, name, password: OWNER.password },
  );
  return { id, secret, viewer: { id: made.user.id, token: made.access_token } };
}

interface UnderWay {
  readonly answers: readonly Promise<ApiAnswer>[];
  /** Its last line. */
  readonly exported: Promise<{ status: number; end: string }>;
  readonly tailEnded: Promise<unknown>;
}

/** Begins all kinds of reading, each of which takes longer than the rights last. */
async function readAll(id: string, token: string, methods: readonly string[]): Promise<UnderWay> {
  const tail = await followTail({ url: argus.url, secret: token, application: id });
  const answers = methods.map((method) =>
    rpc(argus.url, `LogService/${method}`, { application_id: id, query: HEAVY }, { token }),
  );
  const parameters = new URLSearchParams({ application_id: id, query: HEAVY });
  const response = await fetch(`${argus.url}/api/v1/export?${parameters.toString()}`, {
    headers: { Authorization: `Bearer ${token}` },
  });
  const exported = response.text().then((text) => ({
    status: response.status,
    end: text.trimEnd().split("\n").at(-1) ?? "",
  }));
  const tailEnded = until("the tail has ended", () => tail.ended, NOTICED_MS);
  return { answers, exported, tailEnded };
}

// Side by side: each waits for a look that comes every ten seconds, and four queries run at one time.
test.concurrent.each([
  {
    name: "a member is removed",
    app: "removed",
    methods: ["Query", "GetFacets"],
    end: ({ id, viewer }: World) =>
      call(
        argus.url,
        "ApplicationService/RemoveMember",
        { application_id: id, user_id: viewer.id },
        owner,
      ),
  },
  {
    name: "the application is deleted",
    app: "deleted",
    methods: ["GetPatterns", "GetHistogram"],
    end: ({ id }: World) =>
      call(
        argus.url,
        "ApplicationService/DeleteApplication",
        { application_id: id, confirm_name: "deleted" },
        owner,
      ),
  },
])(
  "$name while much is read: all of it ends, and says the same as if nothing was there",
  async (asked) => {
    const own = await world(asked.app);
    const missing = await rpc(
      argus.url,
      "LogService/Query",
      { application_id: "019a0000-0000-7000-8000-0000000000ff" },
      { token: own.viewer.token },
    );
    const { answers, exported, tailEnded } = await readAll(own.id, own.viewer.token, asked.methods);
    await asked.end(own);
    await tailEnded;
    const { status, end } = await exported;
    expect(status).toBe(200);
    expect(JSON.parse(end)).toMatchObject({ complete: false, entries: 0 });
    expect(end).toContain(`no such application: ${own.id}`);
    for (const answer of await Promise.all(answers)) {
      // One whose turn came when nothing was left has read nothing, at once: it is not asked again who may.
      if (answer.code === "ok" && asked.app === "deleted") {
        expect(answer.text).toContain('"rows_scanned":"0"');
        continue;
      }
      expect([answer.status, answer.code], answer.text).toEqual([404, "not_found"]);
      expect(answer.text.replaceAll(own.id, "019a0000-0000-7000-8000-0000000000ff")).toBe(
        missing.text,
      );
    }
  },
  90_000,
);
