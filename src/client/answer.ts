/**
 * Reads answers as a Twirp v7 client must.
 * Invariant: only status 200 is success; a redirect is never followed; an error that is not Twirp's own is
 * known as one of something between client and server.
 */
import { ArgusError, type ArgusErrorCode, codeNamed } from "./errors.ts";

/** @returns the error that an answer stands for. The body is read. */
export async function errorOfAnswer(answer: Response): Promise<ArgusError> {
  const { status, headers } = answer;
  const detail = {
    status,
    requestId: headers.get("x-request-id") ?? "",
    ...retryAfter(headers.get("retry-after")),
  };
  const title = `${status} "${answer.statusText}"`;
  // A browser shows of a redirect only that it was one.
  if (answer.type === "opaqueredirect" || (status >= 300 && status < 400)) {
    const location = headers.get("location") ?? "";
    const message = `unexpected HTTP status code ${title} received, Location=${JSON.stringify(location)}`;
    const meta = { ...intermediary(status), location };
    return new ArgusError("internal", message, { ...detail, meta });
  }
  let text: string;
  try {
    text = await answer.text();
  } catch (cause) {
    return new ArgusError("internal", "failed to read server error response body", {
      ...detail,
      cause,
    });
  }
  // What is answered with 200 and is no message is no answer of a Twirp server, whatever it holds.
  const body = status === 200 ? undefined : twirpBody(text);
  if (body === undefined) {
    const message = `Error from intermediary with HTTP status code ${title}`;
    const meta = { ...intermediary(status), body: text };
    return new ArgusError(codeOfStatus(status), message, { ...detail, meta });
  }
  const code = codeNamed(body.code);
  if (code === undefined) {
    const message = `invalid type returned from server error response: ${body.code}`;
    return new ArgusError("internal", message, { ...detail, meta: { body: text } });
  }
  return new ArgusError(code, body.msg, { ...detail, meta: body.meta });
}

/** Kinds of the errors that endpoints beside Twirp answer, as `{ "error": { kind, message, … } }`. */
const CODE_OF_KIND: ReadonlyMap<string, ArgusErrorCode> = new Map([
  ["invalid", "invalid_argument"],
  ["tooLarge", "invalid_argument"],
  ["unauthenticated", "unauthenticated"],
  ["denied", "permission_denied"],
  ["notFound", "not_found"],
  ["overQuota", "resource_exhausted"],
  ["overloaded", "unavailable"],
  ["deadline", "deadline_exceeded"],
]);

/** @returns the error that an endpoint beside Twirp (tail, ingest) answered. The body is read. */
export async function errorOfEndpoint(answer: Response): Promise<ArgusError> {
  const copy = answer.clone();
  try {
    const { error } = (await copy.json()) as { error?: Record<string, unknown> };
    const { kind, message, ...rest } = error ?? {};
    const code = CODE_OF_KIND.get(String(kind));
    if (code === undefined || typeof message !== "string") return await errorOfAnswer(answer);
    const meta = Object.fromEntries(
      Object.entries(rest).filter(
        (entry): entry is [string, string] => typeof entry[1] === "string",
      ),
    );
    await answer.body?.cancel();
    return new ArgusError(code, message, {
      status: answer.status,
      requestId: answer.headers.get("x-request-id") ?? "",
      ...retryAfter(answer.headers.get("retry-after")),
      meta,
    });
  } catch {
    return errorOfAnswer(answer);
  }
}

function intermediary(status: number): Record<string, string> {
  return { http_error_from_intermediary: "true", status_code: String(status) };
}

/** @returns undefined for what no Twirp server sends: not an object, other keys, no code. */
function twirpBody(
  text: string,
): { code: string; msg: string; meta: Record<string, string> } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const { code, msg: sentence, meta: more, ...others } = value as Record<string, unknown>;
  // As in the protocol's first implementation, null is nothing.
  const msg = sentence ?? "";
  const meta = more ?? {};
  if (typeof code !== "string" || code === "" || typeof msg !== "string") return undefined;
  if (Object.keys(others).length > 0 || typeof meta !== "object") return undefined;
  if (!Object.values(meta).every((entry) => typeof entry === "string")) return undefined;
  return { code, msg, meta: meta as Record<string, string> };
}

function codeOfStatus(status: number): ArgusErrorCode {
  switch (status) {
    case 200:
    case 400:
      return "internal";
    case 401:
      return "unauthenticated";
    case 403:
      return "permission_denied";
    case 404:
      return "bad_route";
    case 429:
      return "resource_exhausted";
    case 502:
    case 503:
    case 504:
      return "unavailable";
    default:
      return "unknown";
  }
}

/** Seconds only: the other form names a time, and clocks differ. */
function retryAfter(header: string | null): { retryAfterMs?: number } {
  return header !== null && /^\d{1,6}$/.test(header) ? { retryAfterMs: Number(header) * 1000 } : {};
}
