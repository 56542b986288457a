import { openSqliteStore } from "../../src/storage/sqlite/open-store.ts";
import { FakeClock } from "../support/fake-clock.ts";
import { describeQueryAids } from "./query-aids.ts";

describeQueryAids({
  name: "sqlite",
  namesDuplicates: true,
  open: async () => {
    const clock = new FakeClock();
    const store = await openSqliteStore({ folder: ":memory:", clock });
    return {
      logs: store.logs,
      reopen: undefined,
      advance: (ms) => clock.advance(ms),
      closeEpochs: async () => undefined,
      [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
    };
  },
});
