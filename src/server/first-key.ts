/**
 * Whether programs can send yet, and the moment from which they can.
 * Invariant: told at most once a process, and only where no key that writes was there before.
 */
import type { Accounts } from "../accounts/accounts.ts";
import type { ApiKey, ApiKeys } from "../auth/api-keys.ts";

/** A start must not read the keys of thousands of applications; one that has none of these has few of any. */
const LOOKED_AT = 100;

/** @returns whether one of the first applications has a key that may write now. */
export async function someKeyWrites(
  { applications, apiKeys }: Pick<Accounts, "applications" | "apiKeys">,
  nowMs: number,
): Promise<boolean> {
  const writes = ({ scopes, expiresAtMs }: ApiKey): boolean =>
    scopes.includes("ingest") && (expiresAtMs === null || expiresAtMs > nowMs);
  const page = await applications.listAll({ limit: LOOKED_AT });
  for (const { id } of page.applications) {
    const { keys } = await apiKeys.list(id, { limit: LOOKED_AT });
    if (keys.some(writes)) return true;
  }
  return false;
}

/** @returns the keys, which tell when the first one that writes is made. */
export function tellingFirstKey(apiKeys: ApiKeys, onFirst: () => void): ApiKeys {
  let told = false;
  return {
    ...apiKeys,
    async create(of) {
      const made = await apiKeys.create(of);
      if (!told && made.key.scopes.includes("ingest")) {
        told = true;
        onFirst();
      }
      return made;
    },
  };
}
