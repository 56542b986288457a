/**
 * Which server, and as whom.
 * Invariant: ARGUS_API_KEY wins over a login; a login's tokens are renewed here, and kept.
 */
import type { Application } from "../../generated/client/argus/v1/application_service.ts";
import type { LoginResponse } from "../../generated/client/argus/v1/auth_service.ts";
import { type Client, createClient } from "../client/client.ts";
import { DEFAULT_URL } from "../client/send-examples.ts";
import { type Arguments, CommandError, UsageError, type World } from "./command.ts";
import { configPath, type Login, readMemory, remember, type ServerMemory } from "./config-file.ts";
import { UNSET_KEY } from "./render/problem.ts";
import { oneLine } from "./render/terminal-text.ts";

export interface Connection {
  readonly url: string;
  readonly client: Client;
  /** A key knows its application; a user names one. */
  readonly kind: "key" | "user";
  readonly memory: ServerMemory;
  readonly configPath: string;
  /** The credential to send, renewed when it is about to end. */
  token(refused?: string): Promise<string>;
}

/** Renewed this long before its end, so that no call leaves with a token that ends on the way. */
const MARGIN_MS = 30_000;

export const CONNECTION_FLAGS = {
  url: { type: "string" },
  app: { type: "string" },
} as const;
export const CONNECTION_HELP = {
  url: `the server (else ARGUS_URL, else ${DEFAULT_URL})`,
  app: "name or id of the application; not needed when there is one",
};

/** @returns scheme, host and path of the server, without a slash at the end. Throws UsageError. */
export function serverUrl(world: World, args: Arguments): string {
  const text = args.text("url") ?? world.env["ARGUS_URL"] ?? DEFAULT_URL;
  const full = text.includes("://") ? text : `http://${text}`;
  if (!URL.canParse(full) || !/^https?:$/.test(new URL(full).protocol))
    throw new UsageError(`${JSON.stringify(text)} is no address: write it as https://host:port`);
  return full.replace(/\/+$/, "");
}

/** Calls nobody needs a credential for. */
export function anonymous(world: World, url: string): Client {
  return createClient({ url, signal: world.signal, fetch: world.fetch });
}

/** @returns the key of the environment, which wins over a login; undefined when there is none. */
export function apiKeyOf(world: World): string | undefined {
  const key = world.env["ARGUS_API_KEY"]?.trim();
  return key === "" ? undefined : key;
}

export async function connect(world: World, args: Arguments): Promise<Connection> {
  const url = serverUrl(world, args);
  const path = configPath(world.env);
  const memory = (await readMemory(path)).servers[url] ?? {};
  const apiKey = apiKeyOf(world);
  const token =
    apiKey === undefined ? keeper(world, url, path, memory.login) : () => Promise.resolve(apiKey);
  return {
    url,
    memory,
    configPath: path,
    kind: apiKey === undefined ? "user" : "key",
    client: createClient({ url, signal: world.signal, fetch: world.fetch, tokenProvider: token }),
    token,
  };
}

function keeper(
  world: World,
  url: string,
  path: string,
  first: Login | undefined,
): (refused?: string) => Promise<string> {
  let login = first;
  return async (refused) => {
    if (login === undefined) throw notSignedIn(url);
    const lasts = login.accessExpiresMs - MARGIN_MS > world.nowMs();
    if (lasts && login.accessToken !== refused) return login.accessToken;
    const answer = await anonymous(world, url)
      .auth.RefreshSession({ refreshToken: login.refreshToken })
      .catch((error: unknown) => {
        throw isCode(error, "unauthenticated") ? notSignedIn(url, "The session has ended.") : error;
      });
    login = loginOf(login.email, answer);
    await keepLogin(path, url, login);
    return login.accessToken;
  };
}

export function loginOf(
  email: string,
  answer: Pick<LoginResponse, "accessToken" | "accessTokenExpiresAt" | "refreshToken">,
): Login {
  return {
    email,
    refreshToken: answer.refreshToken,
    accessToken: answer.accessToken,
    accessExpiresMs: Number(answer.accessTokenExpiresAt?.seconds ?? 0n) * 1000,
  };
}

export async function keepLogin(
  path: string,
  url: string,
  login: Login | undefined,
): Promise<void> {
  await remember(path, url, ({ keys }) => ({
    ...(keys === undefined ? {} : { keys }),
    ...(login === undefined ? {} : { login }),
  }));
}

function notSignedIn(url: string, why = "Nobody is signed in."): CommandError {
  return new CommandError(
    `${why} (${url})`,
    "Sign in with: npx argus login   (or set ARGUS_API_KEY to the secret of a key)",
  );
}

/** @returns whether the server, or nobody, answered with that code. */
export function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** All applications of the caller. */
export async function listApplications(client: Client): Promise<Application[]> {
  const all: Application[] = [];
  let pageToken = "";
  do {
    const answer = await client.applications.ListApplications({
      pageSize: 1000,
      pageToken,
      all: false,
    });
    all.push(...answer.applications);
    pageToken = answer.nextPageToken;
  } while (pageToken !== "");
  return all;
}

/** @returns what of a key's secret may be shown. */
export function prefixOf(secret: string): string {
  return oneLine(secret.split("_").slice(0, 2).join("_").slice(0, 24));
}

/**
 * The application that a key belongs to; undefined for a key that may only write, which is not told.
 * Throws CommandError for a key that the server does not accept.
 */
export async function applicationOfKey(connection: Connection): Promise<Application | undefined> {
  try {
    return (await connection.client.applications.GetApplication({ applicationId: "" })).application;
  } catch (error) {
    if (isCode(error, "permission_denied")) return undefined;
    if (!isCode(error, "unauthenticated")) throw error;
    const prefix = prefixOf(await connection.token());
    throw new CommandError(
      `${connection.url} does not accept the key ${prefix}… of ARGUS_API_KEY: it is revoked, has ended, or is of another server.`,
      UNSET_KEY,
    );
  }
}

/** A key belongs to one application: a name can only agree with it. Throws CommandError when it does not. */
async function ownApplication(
  connection: Connection,
  named: string | undefined,
): Promise<Application> {
  const own = await applicationOfKey(connection);
  if (own === undefined)
    throw new CommandError(
      "The key of ARGUS_API_KEY may only write, and is not told the name of its application.",
      `It always sends to that one: leave out --app. ${UNSET_KEY}`,
    );
  if (named === undefined || named === own.name || named === own.id) return own;
  throw new CommandError(
    `The key of ARGUS_API_KEY belongs to the application ${oneLine(own.name)}, not to ${oneLine(named)}.`,
    `Leave out --app, or use a key of ${oneLine(named)}. ${UNSET_KEY}`,
  );
}

/** @returns the application meant: the named one, or the only one. A key's is its own: "". */
export async function applicationId(connection: Connection, args: Arguments): Promise<string> {
  if (connection.kind === "key" && args.text("app") === undefined) return "";
  return (await chosenApplication(connection, args)).id;
}

/** @returns the application named by `--app`, or the only one. Throws CommandError when there is none, or no telling which. */
export async function chosenApplication(
  connection: Connection,
  args: Arguments,
): Promise<Application> {
  const named = args.text("app");
  if (connection.kind === "key") return ownApplication(connection, named);
  const all = await listApplications(connection.client);
  const names = all.map((one) => one.name).join(", ");
  if (named !== undefined) {
    const found = all.find((one) => one.name === named || one.id === named);
    if (found !== undefined) return found;
    throw new CommandError(
      `There is no application ${JSON.stringify(named)}.`,
      names === "" ? undefined : `Yours: ${names}`,
    );
  }
  const [only] = all;
  if (only === undefined)
    throw new CommandError(
      "There is no application yet.",
      "Make one with: npx argus app create NAME",
    );
  if (all.length > 1)
    throw new CommandError(`Which application? Yours: ${names}`, `Say it: --app ${only.name}`);
  return only;
}
