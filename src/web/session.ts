/**
 * Who is signed in. Invariant: the access token lives in memory only; the refresh token is a cookie that scripts
 * cannot read. `user` is undefined until the first answer, null when nobody is signed in.
 */
import { signal } from "@preact/signals";
import { createClient } from "../client/client.ts";
import { ArgusError } from "../client/errors.ts";
import type { Application } from "../../generated/client/argus/v1/application_service.ts";
import type { LoginResponse, User } from "../../generated/client/argus/v1/auth_service.ts";
import { base } from "./paths.ts";

export const user = signal<User | null | undefined>(undefined);
/** Where the person is a member; undefined until they were read. */
export const applications = signal<readonly Application[] | undefined>(undefined);

/** Says that there may be a session, so that a first visit makes no call that must fail. It is no credential. */
const MARK = "argus.session";

let access: { readonly token: string; readonly expiresMs: number } | undefined;
let refreshing: Promise<boolean> | undefined;

const url = `${location.origin}${base}`;
const headers = { "Argus-Session": "cookie" };

/** For calls that need no sign-in: set-up, sign-in, refresh. */
export const open = createClient({ url, headers });
export const api = createClient({ url, headers, tokenProvider: accessToken });

/** Renewed this long before its end, so that a call never leaves with a token that ends on the way. */
const MARGIN_MS = 30_000;

/** @param refused the token that the server did not take. */
export async function accessToken(refused?: string): Promise<string> {
  if (access === undefined || access.token === refused || access.expiresMs - MARGIN_MS < Date.now())
    await refresh();
  return access?.token ?? "";
}

/** @returns whether there is a session; rejects when that cannot be learnt now. One refresh at a time: two would count as reuse of the token. */
export function refresh(): Promise<boolean> {
  if (localStorage.getItem(MARK) === null) {
    user.value = null;
    return Promise.resolve(false);
  }
  refreshing ??= open.auth
    .RefreshSession({ refreshToken: "" })
    .then(
      (answer) => {
        signedIn(answer);
        return true;
      },
      (error: unknown) => {
        // A server that is away is no reason to sign anybody out.
        if (!(error instanceof ArgusError) || error.code !== "unauthenticated") throw error;
        signedOut();
        return false;
      },
    )
    .finally(() => {
      refreshing = undefined;
    });
  return refreshing;
}

export function signedIn(
  answer: Pick<LoginResponse, "accessToken" | "accessTokenExpiresAt" | "user">,
): void {
  access = {
    token: answer.accessToken,
    expiresMs: Number(answer.accessTokenExpiresAt?.seconds ?? 0n) * 1000,
  };
  localStorage.setItem(MARK, "1");
  user.value = answer.user ?? null;
}

function signedOut(): void {
  localStorage.removeItem(MARK);
  access = undefined;
  applications.value = undefined;
  user.value = null;
}

export async function signOut(): Promise<void> {
  await open.auth.Logout({ refreshToken: "" }).catch(() => undefined);
  signedOut();
}

export async function loadApplications(): Promise<readonly Application[]> {
  const all: Application[] = [];
  let pageToken = "";
  do {
    const answer = await api.applications.ListApplications({
      pageSize: 1000,
      pageToken,
      all: false,
    });
    all.push(...answer.applications);
    pageToken = answer.nextPageToken;
  } while (pageToken !== "");
  applications.value = all;
  return all;
}
