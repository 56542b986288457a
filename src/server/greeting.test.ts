import { expect, test } from "vitest";
import { greeting, linesToSend, loggedLines } from "./greeting.ts";

const url = "http://127.0.0.1:4700";

test.each([
  {
    name: "nobody owns it: the link alone",
    setupUrl: `${url}/setup#code`,
    canSend: false,
    says: "/setup#code",
    not: "curl",
  },
  {
    name: "no key: how to make one",
    setupUrl: undefined,
    canSend: false,
    says: "npx argus key create",
    not: "curl",
  },
  {
    name: "a key: lines that send",
    setupUrl: undefined,
    canSend: true,
    says: "curl",
    not: "/setup",
  },
])("$name", ({ setupUrl, canSend, says, not }) => {
  const text = greeting({ url, setupUrl, canSend });
  expect(text).toContain(`Argus is running at ${url}`);
  expect(text).toContain(says);
  expect(text).not.toContain(not);
});

test("the lines name the variable, and the address only where it is not the usual one", () => {
  expect(linesToSend(url)).toContain(
    `/ingest/ndjson \\\n      -H "Authorization: Bearer $ARGUS_API_KEY"`,
  );
  expect(linesToSend(url)).not.toContain("ARGUS_URL");
  expect(linesToSend("https://logs.example.org/argus")).toContain(
    "ARGUS_URL=https://logs.example.org/argus \\\n      npx argus send --service hello",
  );
});

test("in a log each is one line", () => {
  expect(loggedLines("http://127.0.0.1:4800")["pipe"]).toBe(
    'echo "first light" | ARGUS_URL=http://127.0.0.1:4800 npx argus send --service hello',
  );
  expect(loggedLines(url)["ndjson"]).toMatch(
    /^curl \S+ -H "[^"]+" -H "[^"]+" --data-binary '[^']+'$/,
  );
});
