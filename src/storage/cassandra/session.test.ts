import { expect, test } from "vitest";

import { nodeToDefineAt } from "./session.ts";

const node = (address: string, datacenter: string, up = true) => ({
  address,
  datacenter,
  isUp: () => up,
});

test.each([
  { name: "of all that are up the first", hosts: [node("b", "dc1"), node("a", "dc1")], want: "a" },
  { name: "none that is down", hosts: [node("a", "dc1", false), node("b", "dc1")], want: "b" },
  { name: "none of another data centre", hosts: [node("a", "dc2"), node("b", "dc1")], want: "b" },
  { name: "nothing where there is none", hosts: [node("a", "dc2")], want: undefined },
])("the schema is changed at one node: $name", ({ hosts, want }) => {
  expect(nodeToDefineAt(hosts, "dc1")?.address).toBe(want);
});
