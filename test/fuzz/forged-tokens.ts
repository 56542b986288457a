/**
 * Credentials that are none: made from real ones, as somebody who saw a token or knows the formats would.
 * Invariant: none of them is valid, so whoever sends one is nobody.
 */
import { createHmac, generateKeyPairSync, randomUUID, sign } from "node:crypto";
import type { Random } from "../support/sample-logs.ts";
import { hostileText, oneOf } from "./hostile-values.ts";

type Claims = Readonly<Record<string, unknown>>;

const base64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const parsed = (part: string): Claims =>
  JSON.parse(Buffer.from(part, "base64url").toString()) as Claims;

const FOREIGN = generateKeyPairSync("ed25519");

/** @returns what a forger would sign with keys of their own, by what they tried. @param real a valid access token. */
export function forgedTokens(real: string): Readonly<Record<string, string>> {
  const [head = "", body = "", signature = ""] = real.split(".");
  const header = parsed(head);
  const claims = parsed(body);
  const ed25519 = (its: Claims, more: Claims = claims): string => {
    const text = `${base64(its)}.${base64(more)}`;
    return `${text}.${sign(null, Buffer.from(text), FOREIGN.privateKey).toString("base64url")}`;
  };
  const hmac = (key: string): string => {
    const text = `${base64({ ...header, alg: "HS256" })}.${body}`;
    return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
  };
  const jwk = FOREIGN.publicKey.export({ format: "jwk" });
  return {
    "no algorithm": `${base64({ ...header, alg: "none" })}.${body}.`,
    "no algorithm, in other letters": `${base64({ ...header, alg: "nOnE" })}.${body}.${signature}`,
    "no signature": `${head}.${body}.`,
    "another key": ed25519(header),
    "another key without an id": ed25519({ alg: "EdDSA" }),
    "another key under an id of nobody": ed25519({ ...header, kid: randomUUID() }),
    "a key that comes along": ed25519({ ...header, jwk }),
    "a key at an address": ed25519({ ...header, jku: "http://127.0.0.1:1/jwks.json" }),
    "a key in a certificate": ed25519({ ...header, x5c: ["AAAA"] }),
    "an id that is a path": ed25519({ ...header, kid: "../../../../dev/null" }),
    "an id that is a query": ed25519({ ...header, kid: "' OR 1=1 --" }),
    "an id of the language": ed25519({ ...header, kid: "__proto__" }),
    "an id that is no text": ed25519({ ...header, kid: { a: 1 } }),
    "an id of 8 KB": ed25519({ ...header, kid: "k".repeat(4_000) }),
    "an unknown critical header": ed25519({ ...header, crit: ["x"], x: 1 }),
    "the public key as a secret": hmac(
      FOREIGN.publicKey.export({ format: "pem", type: "spki" }).toString(),
    ),
    "an empty secret": hmac(""),
    "another issuer": ed25519(header, { ...claims, iss: "https://elsewhere.example" }),
    "another subject under the old signature": `${head}.${base64({ ...claims, sub: randomUUID() })}.${signature}`,
    "a later end under the old signature": `${head}.${base64({ ...claims, exp: 9_999_999_999 })}.${signature}`,
    "a signature of zeros": `${head}.${body}.${Buffer.alloc(64).toString("base64url")}`,
    "four parts": `${real}.${signature}`,
    "two parts": `${head}.${body}`,
  };
}

/** One of `forged`, or a key that is one character off, or any text. */
export function forgedToken(random: Random, forged: readonly string[], key: string): string {
  switch (random.below(4)) {
    case 0:
      return `${key.slice(0, -1)}${key.endsWith("A") ? "B" : "A"}`;
    case 1:
      return `${hostileText(random)
        .replaceAll(/[^!-~]/g, "")
        .slice(0, 500)}x`;
    default:
      return oneOf(random, forged);
  }
}
