/**
 * What a fuzzed server holds, and what no answer may show.
 * Invariant: the fuzzer's callers see the application `well` (entries that queries find), `sink` (what is sent) and
 * `estate` (what is changed). Beside them is another tenant's, `hidden`: its names, ids and words are in no request but as ids
 * to try, so that an answer which holds one leaked it.
 */
import { randomUUIDv7 } from "node:crypto";
import { type Json, rpc, search, send } from "../support/api-calls.ts";
import { makeApplication, ownerToken } from "../support/api-setup.ts";
import { followTail } from "../support/follow-tail.ts";
import { forgedTokens } from "./forged-tokens.ts";

const PASSWORD = "a long enough password";

export const CALLERS = [
  "member",
  "admin",
  "key",
  "sinkKey",
  "ingestKey",
  "readKey",
  "forged",
  "nobody",
] as const;
export type Caller = (typeof CALLERS)[number];

export interface FuzzWorld {
  readonly url: string;
  readonly port: number;
  /** Bearer tokens by caller; `nobody` has none. Those of people are renewed while it runs. */
  readonly tokens: Readonly<Record<Caller, string>>;
  readonly apps: { readonly well: string; readonly sink: string; readonly estate: string };
  /** Values by the names of fields and parameters, beside those that any world has. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** Ids of the other tenant, which requests may name; answers may not, unless the request did. */
  readonly hiddenIds: readonly string[];
  /** Words of the other tenant, which no request names. */
  readonly hiddenWords: readonly string[];
  /** Of the member's token; see `forgedTokens`. */
  readonly forged: readonly string[];
  readonly nowSeconds: number;
  /** Renews what ends after minutes. */
  renew(): Promise<void>;
  /** Makes another `sink`, and deletes the one before. */
  newSink(): Promise<void>;
}

const HIDDEN = ["zebrafinch", "Quokkaworks", "narwhal-sonata", "axolotlish"] as const;

export async function makeWorld(url: string): Promise<FuzzWorld> {
  let admin = await ownerToken(url);
  const must = async (method: string, request: object, token = admin): Promise<Json> => {
    const answer = await rpc(url, method, request, { token });
    if (answer.code !== "ok") throw new Error(`${method}: ${answer.text}`);
    return answer.body;
  };
  const person = async (name: string, application_id: string, role: string) => {
    const request = { application_id, email: `${name}@example.org`, role };
    const { invite_code: code } = await must("ApplicationService/AddMember", request);
    const accepted = await must("AuthService/AcceptInvite", { code, name, password: PASSWORD });
    const { id } = accepted["user"] as { id: string };
    return {
      id,
      token: String(accepted["access_token"]),
      refresh: String(accepted["refresh_token"]),
    };
  };
  const key = async (application_id: string, ...scopes: string[]) => {
    const made = await must("ApplicationService/CreateApiKey", {
      application_id,
      name: "fuzz",
      scopes: scopes.map((scope) => `SCOPE_${scope}`),
    });
    return { id: (made["api_key"] as { id: string }).id, secret: String(made["secret"]) };
  };

  const well = await makeApplication(url, "well", admin);
  const estate = await makeApplication(url, "estate", admin);
  let sink = await makeApplication(url, "sink", admin);
  const hidden = await makeApplication(url, HIDDEN[0], admin);
  await must("ApplicationService/UpdateApplication", {
    application_id: hidden.id,
    title: HIDDEN[1],
  });
  const member = await person("member", well.id, "ROLE_VIEWER");
  await must("ApplicationService/AddMember", {
    application_id: estate.id,
    email: "member@example.org",
    role: "ROLE_OWNER",
  });
  const stranger = await person(HIDDEN[3], hidden.id, "ROLE_OWNER");
  const disposable = await person("disposable", estate.id, "ROLE_VIEWER");
  const hiddenKey = await key(hidden.id, "INGEST");
  const estateKey = await key(estate.id, "INGEST");
  const { invite_code: hiddenCode } = await must("ApplicationService/AddMember", {
    application_id: hidden.id,
    email: `invited-${HIDDEN[3]}@example.org`,
    role: "ROLE_VIEWER",
  });

  await send(url, well.secret, wellEntries());
  await send(url, hidden.secret, [
    { message: `secret ${HIDDEN[2]}`, service: HIDDEN[3], attributes: { [HIDDEN[1]]: HIDDEN[2] } },
    { message: `another ${HIDDEN[2]}`, host: HIDDEN[0] },
  ]);
  const own = await search(url, well.secret, "", { limit: 5 });
  const theirs = await search(url, hidden.secret, "", { limit: 1 });
  const positions = [await positionOf(url, well.secret), await positionOf(url, hidden.secret)];
  const hiddenEntry = theirs.entries[0]?.id ?? "";

  const tokens: Record<Caller, string> = {
    admin,
    member: member.token,
    key: well.secret,
    sinkKey: sink.secret,
    ingestKey: (await key(well.id, "INGEST")).secret,
    readKey: (await key(well.id, "READ")).secret,
    forged: "",
    nobody: "",
  };
  const refresh: Record<string, string> = { member: member.refresh };
  const login = await must("AuthService/Login", {
    email: "owner@example.org",
    password: "correct horse battery staple",
  });
  refresh["admin"] = String(login["refresh_token"]);

  let forged = Object.values(forgedTokens(member.token));
  const apps = { well: well.id, sink: sink.id, estate: estate.id };
  return {
    url,
    port: Number(new URL(url).port),
    tokens,
    apps,
    hiddenIds: [hidden.id, stranger.id, hiddenKey.id],
    hiddenWords: [...HIDDEN, hidden.secret, hiddenKey.secret, String(hiddenCode)],
    get forged() {
      return forged;
    },
    nowSeconds: Math.floor(Date.now() / 1000),
    ids: {
      id: [...own.entries.map(({ id }) => id), hiddenEntry],
      cursor: [own.next_cursor, theirs.next_cursor, ""],
      position: positions,
      user_id: [disposable.id, stranger.id],
      api_key_id: [estateKey.id, hiddenKey.id],
      session_id: [randomUUIDv7()],
      refresh_token: [disposable.refresh, `${randomUUIDv7()}.x`, "x.y"],
      code: ["A".repeat(24), String(hiddenCode).slice(0, -1)],
    },
    async renew() {
      for (const caller of ["member", "admin"] as const) {
        const answer = await must("AuthService/RefreshSession", { refresh_token: refresh[caller] });
        tokens[caller] = String(answer["access_token"]);
        refresh[caller] = String(answer["refresh_token"]);
      }
      admin = tokens.admin;
      forged = Object.values(forgedTokens(tokens.member));
    },
    async newSink() {
      const name = `sink-${randomUUIDv7().slice(0, 18)}`;
      const before = apps.sink;
      const { application } = await must("ApplicationService/GetApplication", {
        application_id: before,
      });
      sink = await makeApplication(url, name, admin);
      apps.sink = sink.id;
      tokens.sinkKey = sink.secret;
      await must("ApplicationService/DeleteApplication", {
        application_id: before,
        confirm_name: (application as { name: string }).name,
      });
    },
  };
}

function wellEntries(): object[] {
  const now = Date.now();
  return Array.from({ length: 60 }, (_, n) => ({
    time: new Date(now - n * 60_000).toISOString(),
    message: n % 7 === 0 ? `${"a".repeat(60)} ${n}` : `request ${n} took ${n * 3} ms`,
    level: n % 2 === 0 ? "LEVEL_INFO" : "LEVEL_ERROR",
    service: `svc-${n % 5}`,
    host: `web-${n % 3}`,
    trace_id: n % 4 === 0 ? "0af7651916cd43dd8448eb211c80319c" : "",
    attributes: {
      status: n % 3 === 0 ? 500 : 200 + n,
      path: `/a/${n}`,
      "user.id": n % 9,
      duration_ms: n * 3.5,
      size_kb: n,
      flag: n % 2 === 0,
      "user name": "bob builder",
      ключ: "значение",
      list: [n, "x", { y: n }],
    },
  }));
}

async function positionOf(url: string, secret: string): Promise<string> {
  await using tail = await followTail({ url, secret });
  return tail.position;
}
