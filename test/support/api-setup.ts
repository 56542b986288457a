/**
 * Makes what a benchmark or a fault test needs on a fresh server, through the public API.
 */
import { OWNER } from "./server-process.ts";

export async function call<T>(
  url: string,
  method: string,
  body: object,
  token?: string,
): Promise<T> {
  const response = await fetch(`${url}/twirp/argus.v1.${method}`, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`${method} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

export async function ownerToken(url: string): Promise<string> {
  return (await call<{ access_token: string }>(url, "AuthService/Login", OWNER)).access_token;
}

/** @returns the application's id and a key that may write and read. */
export async function makeApplication(
  url: string,
  name: string,
  token?: string,
): Promise<{ id: string; secret: string }> {
  const owner = token ?? (await ownerToken(url));
  const { application } = await call<{ application: { id: string } }>(
    url,
    "ApplicationService/CreateApplication",
    { name, title: name },
    owner,
  );
  const { secret } = await call<{ secret: string }>(
    url,
    "ApplicationService/CreateApiKey",
    { application_id: application.id, name: "all", scopes: ["SCOPE_INGEST", "SCOPE_READ"] },
    owner,
  );
  return { id: application.id, secret };
}
