/**
 * The keys that sign access tokens, kept in the store and shared by all processes.
 * Invariant: keys are numbered; number n + 1 is made by one insert, so that of two processes that make it
 * one wins and both sign with the winner's. The newest signs; an older one verifies until every token it
 * signed has ended; the rotation after that removes it. The newest is never removed.
 */
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type CryptoKey,
  type JWK,
} from "jose";
import type { Clock } from "../domain/clock.ts";
import { overloaded } from "../domain/fault.ts";
import type { JsonObject, RecordStore } from "../storage/record-store.ts";
import { allRecords } from "./change-record.ts";
import { storedFields } from "./stored-fields.ts";
import { DAY_MS } from "../domain/time-range.ts";

export const SIGNING_ALGORITHM = "EdDSA";
const PARTITION = "keys";
const ROTATE_AFTER_MS = 30 * DAY_MS;
/** How long a process may sign with a key it has in memory after another one made the next. */
const RELOAD_AFTER_MS = 5 * 60_000;
/** An unknown key id makes a process look again, but at most this often: anybody can send one. */
const LOOK_AGAIN_MS = 1_000;
/** Tokens live 15 minutes; added to that: RELOAD_AFTER_MS and clocks that differ by 5 minutes. */
const VERIFY_AFTER_SUCCESSOR_MS = 25 * 60_000;

export interface SigningKeys {
  /** The key to sign with now. */
  current(): Promise<{ readonly kid: string; readonly privateKey: CryptoKey }>;
  /** @returns undefined for a key that was never here or has ended. */
  verifier(kid: string): Promise<CryptoKey | undefined>;
  /** Public keys, newest first, in the shape of RFC 7517. */
  jwks(): Promise<{ readonly keys: readonly JWK[] }>;
}

interface Key {
  readonly number: number;
  readonly version: number;
  readonly kid: string;
  readonly createdAtMs: number;
  readonly publicJwk: JWK;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

export function createSigningKeys(deps: { records: RecordStore; clock: Clock }): SigningKeys {
  const { records, clock } = deps;
  let keys: readonly Key[] = [];
  let loadedAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;

  /** One load at a time; whoever comes meanwhile waits for it. */
  function load(): Promise<void> {
    loading ??= readAll().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  async function readAll(): Promise<void> {
    const atMs = clock.monotonicMs();
    const found: Key[] = [];
    for await (const row of allRecords(records, "signing_key", PARTITION)) {
      // Parsed keys are kept: only new ones cost an import.
      found.push(
        keys.find((key) => key.number === Number(row.key)) ??
          (await parseKey(row.key, row.version, row.value)),
      );
    }
    keys = found.toReversed();
    loadedAtMs = atMs;
  }

  async function ensureCurrent(): Promise<Key> {
    if (clock.monotonicMs() - loadedAtMs > RELOAD_AFTER_MS) await load();
    for (let i = 0; i < 3; i++) {
      const [newest] = keys;
      if (newest !== undefined && clock.nowMs() - newest.createdAtMs < ROTATE_AFTER_MS) {
        return newest;
      }
      // False means another process made it first: the load below reads that one.
      await records.insert(
        { table: "signing_key", partition: PARTITION, key: keyOf((newest?.number ?? 0) + 1) },
        await makeKey(clock.nowMs()),
      );
      await load();
      await removeEnded();
    }
    throw overloaded("no signing key could be made");
  }

  async function removeEnded(): Promise<void> {
    for (const [i, key] of keys.entries()) {
      const successor = keys[i - 1];
      if (successor === undefined || !hasEnded(successor)) continue;
      // False means another process removed it: the same outcome.
      await records.remove(
        { table: "signing_key", partition: PARTITION, key: keyOf(key.number) },
        key.version,
      );
    }
  }

  function hasEnded(successor: Key): boolean {
    return clock.nowMs() - successor.createdAtMs > VERIFY_AFTER_SUCCESSOR_MS;
  }

  function living(): readonly Key[] {
    return keys.filter((_, i) => {
      const successor = keys[i - 1];
      return successor === undefined || !hasEnded(successor);
    });
  }

  return {
    current: ensureCurrent,
    async verifier(kid) {
      const find = (): Key | undefined => living().find((key) => key.kid === kid);
      const found = find();
      if (found !== undefined) return found.publicKey;
      if (clock.monotonicMs() - loadedAtMs >= LOOK_AGAIN_MS) await load();
      return find()?.publicKey;
    },
    async jwks() {
      await ensureCurrent();
      return { keys: living().map((key) => key.publicJwk) };
    },
  };
}

/** Zero-padded: the store orders keys as text. */
function keyOf(number: number): string {
  return String(number).padStart(10, "0");
}

async function makeKey(nowMs: number): Promise<JsonObject> {
  const pair = await generateKeyPair(SIGNING_ALGORITHM, { crv: "Ed25519", extractable: true });
  const { kty, crv, x, d } = await exportJWK(pair.privateKey);
  if (kty !== "OKP" || crv === undefined || x === undefined || d === undefined) {
    throw new Error("an Ed25519 key was exported in another shape");
  }
  const kid = await calculateJwkThumbprint({ kty, crv, x });
  return { kid, created_at_ms: nowMs, crv, x, d };
}

async function parseKey(key: string, version: number, value: JsonObject): Promise<Key> {
  const fields = storedFields("signing_key", value);
  const kid = fields.text("kid");
  const publicJwk: JWK = {
    kty: "OKP",
    crv: fields.text("crv"),
    x: fields.text("x"),
    kid,
    alg: SIGNING_ALGORITHM,
    use: "sig",
  };
  return {
    number: Number(key),
    version,
    kid,
    createdAtMs: fields.number("created_at_ms"),
    publicJwk,
    publicKey: await imported(publicJwk),
    privateKey: await imported({ ...publicJwk, d: fields.text("d") }),
  };
}

async function imported(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, SIGNING_ALGORITHM);
  if (key instanceof Uint8Array) throw new Error("an OKP key was imported as bytes");
  return key;
}
