import { expect, test } from "vitest";
import {
  ApplicationServiceMethodList,
  type ApplicationServiceTwirp,
} from "../../../generated/server/argus/v1/application_service.twirp.ts";
import {
  AuthServiceMethodList,
  type AuthServiceTwirp,
} from "../../../generated/server/argus/v1/auth_service.twirp.ts";
import {
  InstanceServiceMethodList,
  type InstanceServiceTwirp,
} from "../../../generated/server/argus/v1/instance_service.twirp.ts";
import {
  LogServiceMethodList,
  type LogServiceTwirp,
} from "../../../generated/server/argus/v1/log_service.twirp.ts";
import {
  UserServiceMethodList,
  type UserServiceTwirp,
} from "../../../generated/server/argus/v1/user_service.twirp.ts";
import { accountsRig } from "../../../test/support/accounts-rig.ts";
import { PERMISSIONS, type Rule } from "../../auth/permissions.ts";
import { parseUserId } from "../../domain/ids.ts";
import type { Role, Scope } from "../../domain/principal.ts";

/** An RPC of the contract without a line in the table does not compile. */
type Rpc =
  | `AuthService/${keyof AuthServiceTwirp}`
  | `ApplicationService/${keyof ApplicationServiceTwirp}`
  | `InstanceService/${keyof InstanceServiceTwirp}`
  | `LogService/${keyof LogServiceTwirp}`
  | `UserService/${keyof UserServiceTwirp}`;
const TABLE: Readonly<Record<Rpc, Rule>> = PERMISSIONS;

test("the table names every RPC of the contract and none besides", () => {
  const contract = [
    ...AuthServiceMethodList.map((method) => `AuthService/${method}`),
    ...ApplicationServiceMethodList.map((method) => `ApplicationService/${method}`),
    ...InstanceServiceMethodList.map((method) => `InstanceService/${method}`),
    ...LogServiceMethodList.map((method) => `LogService/${method}`),
    ...UserServiceMethodList.map((method) => `UserService/${method}`),
  ];
  const named = Object.keys(TABLE).filter((action) => action.includes("Service/"));
  expect(named.toSorted()).toEqual(contract.toSorted());
});

/** Callers over HTTP: a user of each standing and a key of each kind, and a stranger's application. */
async function world() {
  const rig = await accountsRig();
  const { accounts } = rig;
  const owner = await rig.signInOwner();
  const app = await accounts.applications.create({ name: "shop", title: "" }, owner.user.id);
  const other = await accounts.applications.create({ name: "other", title: "" }, owner.user.id);
  await accounts.members.remove(other.id, owner.user.id);
  await accounts.members.remove(app.id, owner.user.id);

  let n = 0;
  const person = async (role?: Role): Promise<string> => {
    const id = parseUserId(`00000000-0000-7000-9000-00000000000${n++}`);
    const email = `${id}@example.com`;
    const of = { id, email, name: "x", instanceAdmin: false, passwordHash: "", createdAtMs: 0 };
    const user = await accounts.users.create(of);
    if (role !== undefined) await accounts.members.set(app.id, id, role);
    const from = { address: "", device: "" };
    return (await accounts.signIn.start({ user, generation: 0 }, from)).accessToken;
  };
  const key = async (appId: typeof app.id, ...scopes: Scope[]) =>
    accounts.apiKeys.create({ appId, name: "k", scopes, expiresAtMs: null });
  const readKey = await key(app.id, "read");
  const callers: Readonly<Record<string, string | undefined>> = {
    nobody: undefined,
    wrong: "argus_wrong",
    stranger: await person(),
    viewer: await person("viewer"),
    editor: await person("editor"),
    owner: await person("owner"),
    admin: owner.accessToken,
    ingestKey: (await key(app.id, "ingest")).secret,
    readKey: readKey.secret,
    otherKey: (await key(other.id, "ingest", "read")).secret,
  };
  return {
    ...rig,
    callers,
    app,
    readKey,
    /** Nobody calls with it, so that it may be revoked. */
    spareKey: await key(app.id, "read"),
    ingestKey: await key(app.id, "ingest"),
  };
}

const MISSING = "00000000-0000-7000-8000-000000000000";

test("another's application and key read byte for byte as none", async () => {
  const { call, callers, app, readKey } = await world();
  for (const token of [callers["stranger"], callers["admin"], callers["otherKey"]]) {
    const headers = { Authorization: `Bearer ${token ?? ""}` };
    for (const method of ["GetApplication", "UpdateApplication", "CreateApiKey", "ListApiKeys"]) {
      const rpc = `ApplicationService/${method}`;
      const extra = { title: "\u0000", scopes: ["NO_SUCH"], page_token: "?" };
      const theirs = await call(rpc, { application_id: app.id, ...extra }, headers);
      const none = await call(rpc, { application_id: MISSING, ...extra }, headers);
      expect(theirs.body.replaceAll(app.id, MISSING)).toBe(none.body);
    }
    const theirs = await call(
      "ApplicationService/RevokeApiKey",
      { api_key_id: readKey.key.id },
      headers,
    );
    const none = await call("ApplicationService/RevokeApiKey", { api_key_id: MISSING }, headers);
    expect(theirs.body.replaceAll(readKey.key.id, MISSING)).toBe(none.body);
  }
});

test("an editor makes and ends keys that only ingest, and no others", async () => {
  const { call, callers, app, readKey, ingestKey } = await world();
  const headers = { Authorization: `Bearer ${callers["editor"] ?? ""}` };
  const make = (scopes: string[]) =>
    call("ApplicationService/CreateApiKey", { application_id: app.id, scopes }, headers);
  expect((await make(["SCOPE_INGEST"])).code).toBe("ok");
  expect((await make(["SCOPE_READ"])).code).toBe("permission_denied");
  expect((await make(["SCOPE_INGEST", "SCOPE_READ"])).code).toBe("permission_denied");
  const end = (id: string) => call("ApplicationService/RevokeApiKey", { api_key_id: id }, headers);
  expect((await end(ingestKey.key.id)).code).toBe("ok");
  expect((await end(readKey.key.id)).code).toBe("permission_denied");
});

test.each(["DD-API-KEY", "X-Api-Key"])("a bare key in %s is a credential", async (header) => {
  const { call, readKey, app } = await world();
  const answer = await call("ApplicationService/GetApplication", {}, { [header]: readKey.secret });
  expect(answer.json).toMatchObject({ application: { id: app.id, role: "ROLE_UNSPECIFIED" } });
});
