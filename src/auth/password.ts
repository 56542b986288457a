/**
 * Passwords: what is acceptable, how it is kept, how it is checked.
 * Invariant: every check does one argon2id of the same cost, whether the user exists or not, and so reads
 * and takes the same; at most two run at a time (19 MiB each), the others wait in a bounded queue.
 * Parameters: OWASP's argon2id minimum of 19 MiB, 2 passes, 1 lane; 25 ms on the machine of stack.md.
 */
import { argon2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { corrupt, invalid, overloaded } from "../domain/fault.ts";
import { createGate } from "../domain/gate.ts";
import type { Entropy } from "./entropy.ts";

/** UTF-16 units after normalizing, as a page's `minlength` counts them. */
const MIN_CHARACTERS = 12;
/** Longer ones add nothing; the bound keeps the hashed input small. */
const MAX_CHARACTERS = 256;
const COST = { memoryKiB: 19_456, passes: 2, lanes: 1 } as const;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
const WAITING = 64;

export interface Argon2Cost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

/** Computes an argon2id tag; a parameter so that tests can count and cheapen it. */
export type Argon2id = (
  password: string,
  salt: Uint8Array,
  cost: Argon2Cost,
  tagBytes: number,
) => Promise<Uint8Array>;

export interface PasswordHasher {
  /** Fails `invalid` naming `field` for a password that `hash` would not take; costs nothing. */
  check(password: string, field: string): void;
  /** @returns the PHC text of an acceptable password; fails `invalid` naming `field` otherwise. */
  hash(password: string, field: string, signal?: AbortSignal): Promise<string>;
  /**
   * @param phc what `hash` returned, undefined when there is no such user.
   * @returns whether it is the password; the work is the same in every case.
   */
  verify(phc: string | undefined, password: string, signal?: AbortSignal): Promise<boolean>;
}

const argon2Async = promisify(argon2);

/** The one of Node, on its thread pool. */
export const nodeArgon2id: Argon2id = (password, salt, cost, tagBytes) =>
  argon2Async("argon2id", {
    message: password,
    nonce: salt,
    parallelism: cost.lanes,
    tagLength: tagBytes,
    memory: cost.memoryKiB,
    passes: cost.passes,
  });

export function createPasswordHasher(deps: {
  entropy: Entropy;
  argon2id?: Argon2id;
}): PasswordHasher {
  const argon2id = deps.argon2id ?? nodeArgon2id;
  const gate = createGate({
    running: 2,
    waiting: WAITING,
    full: () => overloaded("too many logins at once"),
  });
  // Stands in for the user who does not exist: the same cost, and a tag no password can be found for.
  const decoy = {
    cost: COST,
    salt: deps.entropy.bytes(SALT_BYTES),
    tag: deps.entropy.bytes(TAG_BYTES),
  };

  return {
    check(password, field) {
      acceptable(password, field);
    },

    async hash(password, field, signal) {
      const text = acceptable(password, field);
      const salt = deps.entropy.bytes(SALT_BYTES);
      using _place = await gate.enter(signal);
      const tag = await argon2id(text, salt, COST, TAG_BYTES);
      return formatPhc({ cost: COST, salt, tag });
    },

    async verify(phc, password, signal) {
      const text = normalize(password);
      const tooLong = text.length > MAX_CHARACTERS;
      const kept = phc === undefined || tooLong ? decoy : parsePhc(phc);
      const input = tooLong ? "" : text;
      using _place = await gate.enter(signal);
      const tag = await argon2id(input, kept.salt, kept.cost, kept.tag.length);
      return timingSafeEqual(tag, kept.tag) && kept !== decoy;
    },
  };
}

/** Two keyboards may write the same letter in different code points (RFC 8265 asks for the same). */
function normalize(password: string): string {
  return password.normalize("NFKC");
}

function acceptable(password: string, field: string): string {
  const text = normalize(password);
  if (text.length < MIN_CHARACTERS) {
    throw invalid(field, `must have at least ${MIN_CHARACTERS} characters`);
  }
  if (text.length > MAX_CHARACTERS) {
    throw invalid(field, `must have at most ${MAX_CHARACTERS} characters`);
  }
  return text;
}

interface Kept {
  readonly cost: Argon2Cost;
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
}

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function formatPhc({ cost, salt, tag }: Kept): string {
  const b64 = (bytes: Uint8Array): string =>
    Buffer.from(bytes).toString("base64").replaceAll("=", "");
  return `$argon2id$v=19$m=${cost.memoryKiB},t=${cost.passes},p=${cost.lanes}$${b64(salt)}$${b64(tag)}`;
}

function parsePhc(phc: string): Kept {
  const [, memory, passes, lanes, salt, tag] = PHC.exec(phc) ?? [];
  if (salt === undefined || tag === undefined) {
    throw corrupt("a password record", "not an argon2id PHC text");
  }
  return {
    cost: { memoryKiB: Number(memory), passes: Number(passes), lanes: Number(lanes) },
    salt: Buffer.from(salt, "base64"),
    tag: Buffer.from(tag, "base64"),
  };
}
