import { expect, test } from "vitest";
import { accountsRig } from "../../../test/support/accounts-rig.ts";

test("an admin is told what runs here", async () => {
  const { call, clock, signInOwner } = await accountsRig();
  const { accessToken } = await signInOwner();
  const answer = await call(
    "InstanceService/GetInstance",
    {},
    {
      Authorization: `Bearer ${accessToken}`,
    },
  );
  expect(answer.json).toEqual({
    version: "1.2.3",
    store: "sqlite",
    started_at: new Date(clock.nowMs()).toISOString().replace(".000Z", "Z"),
    node_version: "24.0.0",
  });
});
