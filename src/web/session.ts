/**
 * Who is signed in. Invariant: the access token lives in memory only; the refresh token is a cookie that scripts
 * cannot read. `user` is undefined until the first answer, null when nobody is signed in.
 */
import { signal } from "@preact/signals";
import { createClient } from "../client/client.ts";
import type { Application } from "../../generated/client/argus/v1/application_service.ts";
import type { LoginResponse, User } from "../../generated/client/argus/v1/auth_service.ts";
import { base } from "./paths.ts";

export const user = signal<User | null | undefined>(undefined);
export const applications = signal<readonly Application[]>([]);

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

/** @returns whether there is a session. One refresh at a time: two would count as reuse of the token. */
export function refresh(): Promise<boolean> {
  refreshing ??= open.auth
    .RefreshSession({ refreshToken: "" })
    .then(
      (answer) => {
        signedIn(answer);
        return true;
      },
      () => {
        access = undefined;
        user.value = null;
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
  user.value = answer.user ?? null;
}

export async function signOut(): Promise<void> {
  await open.auth.Logout({ refreshToken: "" }).catch(() => undefined);
  access = undefined;
  applications.value = [];
  user.value = null;
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
