/**
 * Finds the credential in a request's headers.
 * Invariant: pure text work; what it returns is unverified. A header that holds no credential at all is
 * `none`, one that holds something else is `bad`.
 */

/** What the HTTP layer read of a request. */
export interface Credentials {
  /** The header `Authorization` as sent. */
  readonly authorization?: string | undefined;
  /** A header that holds a bare API key, as some dialects have it (`DD-API-KEY`, `X-Api-Key`). */
  readonly apiKey?: string | undefined;
  /** Shown with a key's last use. */
  readonly address?: string | undefined;
  readonly userAgent?: string | undefined;
}

export type Credential =
  | { readonly kind: "none" }
  | { readonly kind: "bad" }
  | { readonly kind: "accessToken"; readonly token: string }
  | { readonly kind: "apiKey"; readonly secret: string };

const KEY_PREFIX = "argus_";
/** Longer headers hold nothing of ours: an access token has about 300 characters. */
const MAX_LENGTH = 4096;

export function findCredential(credentials: Credentials): Credential {
  const { authorization, apiKey } = credentials;
  if (authorization === undefined || authorization === "") {
    if (apiKey === undefined || apiKey === "") return { kind: "none" };
    return keyIn(apiKey) ?? { kind: "bad" };
  }
  if (authorization.length > MAX_LENGTH) return { kind: "bad" };
  const [, scheme = "", rest = ""] = /^([^ ]+) +(\S+)$/.exec(authorization.trim()) ?? [];
  switch (scheme.toLowerCase()) {
    case "":
      return { kind: "bad" };
    case "bearer":
      return keyIn(rest) ?? { kind: "accessToken", token: rest };
    case "basic":
      return keyInPair(rest) ?? { kind: "bad" };
    default:
      // ApiKey, Splunk, Token and the like: the key itself, or base64 of id:key as Elasticsearch clients send.
      return keyIn(rest) ?? keyInPair(rest) ?? { kind: "bad" };
  }
}

function keyIn(text: string): Credential | undefined {
  return text.startsWith(KEY_PREFIX) ? { kind: "apiKey", secret: text } : undefined;
}

/** The key as the password of any user, or as the user with no password (`curl -u KEY:`). */
function keyInPair(base64: string): Credential | undefined {
  const pair = Buffer.from(base64, "base64").toString("utf8");
  const colon = pair.indexOf(":");
  if (colon === -1) return undefined;
  return keyIn(pair.slice(colon + 1)) ?? keyIn(pair.slice(0, colon));
}
