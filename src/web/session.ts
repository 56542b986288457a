/**
 * Who is signed in. Invariants: the access token lives in memory only; the refresh token is a cookie that scripts
 * cannot read. `user` is undefined until the first answer, null when nobody is signed in. When a session ends under
 * its person's hands, `ended` says so, and whoever calls the server waits until they have signed in again: nothing
 * that was on screen is lost. Whoever else signs in gets a page of their own.
 */
import { signal } from "@preact/signals";
import { ArgusError } from "../client/errors.ts";
import { jsonServiceOf } from "../client/json-service.ts";
import type { Hold, RpcOptions } from "../client/rpc.ts";
import type { Application } from "../../generated/client/argus/v1/application_service.ts";
import {
  ListApplicationsRequest,
  ListApplicationsResponse,
} from "../../generated/client/argus/v1/application_service.shapes.ts";
import type { ApplicationServiceClient } from "../../generated/client/argus/v1/application_service.twirp-client.ts";
import type { LoginResponse, User } from "../../generated/client/argus/v1/auth_service.ts";
import {
  GetSetupStateRequest,
  GetSetupStateResponse,
  LoginRequest,
  LoginResponse as LoginResponseShape,
  LogoutRequest,
  LogoutResponse,
  RefreshSessionRequest,
  RefreshSessionResponse,
} from "../../generated/client/argus/v1/auth_service.shapes.ts";
import type { AuthServiceClient } from "../../generated/client/argus/v1/auth_service.twirp-client.ts";
import { LogService } from "../../generated/client/argus/v1/log_service.shapes.ts";
import type { LogServiceClient } from "../../generated/client/argus/v1/log_service.twirp-client.ts";
import { returns, watchedFetch } from "./connection.ts";
import { decode } from "./decode/decoding.ts";
import { base } from "./paths.ts";
import { withTriesLeft } from "./tries-left.ts";

export const user = signal<User | null | undefined>(undefined);
/** Where the person is a member; undefined until they were read. */
export const applications = signal<readonly Application[] | undefined>(undefined);
/** The session of `user` is over, and they have not signed in again yet. */
export const ended = signal(false);

/**
 * Says that there may be a session, so that a first visit makes no call that must fail. It is no credential: the time
 * of the last sign-in, "" when its session is known to be over, and absent after signing out.
 */
const MARK = "argus.session";

let access: { readonly token: string; readonly expiresMs: number } | undefined;
let refreshing: Promise<boolean> | undefined;
let again = Promise.withResolvers<undefined>();

/** For calls that need no sign-in: set-up, sign-in, refresh. */
export const open: RpcOptions = {
  url: `${location.origin}${base}`,
  headers: { "Argus-Session": "cookie" },
  fetch: watchedFetch,
};
/** As the person. */
export const own: RpcOptions = { ...open, tokenProvider: accessToken };

/** What the logs are read by. The other services are in `manage.ts`, for screens that are loaded later. */
interface LogsApi {
  readonly logs: LogServiceClient;
  with(options: Pick<RpcOptions, "signal" | "timeoutMs" | "retries">): LogsApi;
}

function logsApi(options: RpcOptions): LogsApi {
  return {
    logs: jsonServiceOf<LogServiceClient>("LogService", LogService, { ...options, decode }),
    with: (more) => logsApi({ ...options, ...more }),
  };
}

export const api = logsApi(own);

const auth = jsonServiceOf<
  Pick<AuthServiceClient, "GetSetupState" | "Login" | "Logout" | "RefreshSession">
>(
  "AuthService",
  {
    GetSetupState: [GetSetupStateRequest, GetSetupStateResponse],
    Login: [LoginRequest, LoginResponseShape],
    Logout: [LogoutRequest, LogoutResponse],
    RefreshSession: [RefreshSessionRequest, RefreshSessionResponse],
  },
  open,
);
const memberships = jsonServiceOf<Pick<ApplicationServiceClient, "ListApplications">>(
  "ApplicationService",
  { ListApplications: [ListApplicationsRequest, ListApplicationsResponse] },
  own,
);

/** Renewed this long before its end, so that a call never leaves with a token that ends on the way. */
const MARGIN_MS = 30_000;

addEventListener("storage", ({ key, newValue }) => {
  if (key !== MARK) return;
  if (newValue === null && user.value) {
    // Another tab signed out, and this one with it: nothing of it stays on screen.
    location.reload();
  } else if (newValue !== null && newValue !== "") {
    // Another tab signed in: what waits here goes on, and who was at the door is let in.
    if (ended.value) refresh().catch(() => undefined);
    else if (user.value === null) location.reload();
  }
});

/**
 * @param refused the token that the server did not take.
 * @param hold stops the time of a call for as long as somebody takes to sign in again.
 */
export async function accessToken(
  refused?: string,
  hold: Hold = (work) => work(),
): Promise<string> {
  if (access === undefined || access.token === refused || access.expiresMs - MARGIN_MS < Date.now())
    await refresh();
  if (ended.value) await hold(() => again.promise);
  return access?.token ?? "";
}

/** Whether there may be a session, as far as can be known without asking. */
export function mayBeSignedIn(): boolean {
  return (localStorage.getItem(MARK) ?? "") !== "";
}

/** @returns whether there is a session; rejects when that cannot be learnt now. One refresh at a time: two would count as reuse of the token. */
export function refresh(): Promise<boolean> {
  if (!mayBeSignedIn() && !user.value) {
    user.value = null;
    return Promise.resolve(false);
  }
  refreshing ??= auth
    .RefreshSession({ refreshToken: "" })
    .then(
      (answer) => {
        begin(answer);
        return true;
      },
      (error: unknown) => {
        // A server that is away is no reason to sign anybody out.
        if (!(error instanceof ArgusError) || error.code !== "unauthenticated") throw error;
        access = undefined;
        if (user.value) ended.value = true;
        else {
          localStorage.setItem(MARK, "");
          user.value = null;
        }
        return false;
      },
    )
    .finally(() => {
      refreshing = undefined;
    });
  return refreshing;
}

type Tokens = Pick<LoginResponse, "accessToken" | "accessTokenExpiresAt" | "user">;

/** Whether the instance waits for its first user. */
export async function needsOwner(): Promise<boolean> {
  return (await auth.GetSetupState({})).needsOwner;
}

export async function signIn(email: string, password: string): Promise<void> {
  try {
    signedIn(await auth.Login({ email, password }));
  } catch (error) {
    throw withTriesLeft(error, email);
  }
}

/** After a person gave a password or a code. */
export function signedIn(answer: Tokens): void {
  localStorage.setItem(MARK, String(Date.now()));
  begin(answer);
}

function begin(answer: Tokens): void {
  const before = user.value;
  if (before && before.id !== answer.user?.id) {
    location.reload();
    return;
  }
  access = {
    token: answer.accessToken,
    expiresMs: Number(answer.accessTokenExpiresAt?.seconds ?? 0n) * 1000,
  };
  user.value = answer.user ?? null;
  if (!ended.value) return;
  ended.value = false;
  again.resolve(undefined);
  again = Promise.withResolvers<undefined>();
  // What failed meanwhile is read again.
  returns.value++;
}

export async function signOut(): Promise<void> {
  await auth.Logout({ refreshToken: "" }).catch(() => undefined);
  forget();
}

/** Nobody is signed in here any more. */
export function forget(): void {
  localStorage.removeItem(MARK);
  access = undefined;
  applications.value = undefined;
  user.value = null;
  ended.value = false;
}

export async function loadApplications(): Promise<readonly Application[]> {
  const all: Application[] = [];
  let pageToken = "";
  do {
    const answer = await memberships.ListApplications({ pageSize: 1000, pageToken, all: false });
    all.push(...answer.applications);
    pageToken = answer.nextPageToken;
  } while (pageToken !== "");
  applications.value = all;
  return all;
}

/** Puts in an application as it is after a change. */
export function keepApplication(changed: Application): void {
  applications.value = applications.value?.map((one) => (one.id === changed.id ? changed : one));
}
