import { describe, expect, test } from "vitest";
import type { Place } from "../paths.ts";
import { jumpOf, logsAtEntry } from "./jump.ts";

const ORIGIN = "https://logs.example.org";
const ENTRY = "1730000000123456789.0192f0a4-7b5c-7cc3-98c4-dc0c0c07398f.3";

const page = {
  origin: ORIGIN,
  placeOf: (url: URL): Place =>
    url.pathname === "/" ? { screen: "home" } : { screen: "entry", app: url.pathname, id: "" },
};

describe("a pasted text", () => {
  test.each([
    { text: ENTRY, name: "Open this entry", to: { screen: "entry", app: "shop", id: ENTRY } },
    {
      text: " 4BF92F3577B34DA6A3CE929D0E0E4736 ",
      name: "Entries of this trace",
      to: { screen: "logs", query: "trace_id:4bf92f3577b34da6a3ce929d0e0e4736" },
    },
    {
      text: "2026-11-24 14:02:00Z",
      name: "Around 2026-11-24T14:02:00.000Z",
      to: { from: "2026-11-24T13:57:00.000Z", to: "2026-11-24T14:07:00.000Z" },
    },
    { text: "1730000000", name: "Around 2024-10-27T03:33:20.000Z", to: { screen: "logs" } },
    { text: "1730000000000000", name: "Around 2024-10-27T03:33:20.000Z", to: {} },
    {
      text: `${ORIGIN}/a/web/settings/keys`,
      name: "Open this link",
      to: { screen: "entry", app: "/a/web/settings/keys" },
    },
  ])("$text is: $name", ({ text, name, to }) => {
    expect(jumpOf(text, "shop", page)).toMatchObject({ name, to });
  });

  test.each([
    "",
    "error",
    "12",
    "00000000000000000000000000000000",
    "https://else.example/a/b",
    ORIGIN,
  ])("%s leads nowhere", (text) => {
    expect(jumpOf(text, "shop", page)).toBeUndefined();
  });
});

test("an entry stands at the top of the logs that show it", () => {
  expect(logsAtEntry("shop", ENTRY)).toMatchObject({
    to: "2024-10-27T03:33:20.124Z",
    row: ENTRY,
  });
  // As a float this is of the millisecond before.
  const whole = ENTRY.replace("123456789", "002000000");
  expect(logsAtEntry("shop", whole)).toMatchObject({ to: "2024-10-27T03:33:20.003Z" });
  expect(logsAtEntry("shop", "nonsense")).toBeUndefined();
});
