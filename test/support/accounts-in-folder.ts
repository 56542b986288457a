/**
 * The program's own accounts on the store of a folder, to make there what the API never would.
 * Invariant: the folder is free for a server when this is disposed of.
 */
import { type Accounts, createAccounts } from "../../src/accounts/accounts.ts";
import { systemEntropy } from "../../src/auth/entropy.ts";
import type { Clock } from "../../src/domain/clock.ts";
import { openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { keepingLogger } from "./silent.ts";

export async function accountsInFolder(
  folder: string,
  clock: Clock,
): Promise<AsyncDisposable & { readonly accounts: Accounts }> {
  await using opening = new AsyncDisposableStack();
  const store = opening.use(await openSqliteStore({ folder, clock }));
  const accounts = opening.use(
    createAccounts({
      records: store.records,
      clock,
      entropy: systemEntropy,
      logger: keepingLogger(),
      clockAheadMs: () => Promise.resolve(0),
      events: {
        onDeleted: () => Promise.resolve(),
        onRetentionChanged: () => Promise.resolve(),
        onQuotaChanged: () => undefined,
      },
    }),
  );
  const opened = opening.move();
  return { accounts, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}
