import { expect, test } from "vitest";
import { addressProblem, isAddressError, reachableHost } from "./listen-address.ts";

test.each([
  { host: "127.0.0.1", want: "127.0.0.1" },
  { host: "logs.example.org", want: "logs.example.org" },
  { host: "0.0.0.0", want: "127.0.0.1" },
  { host: "::", want: "[::1]" },
  { host: "fe80::1", want: "[fe80::1]" },
])("$host is reached as $want", ({ host, want }) => {
  expect(reachableHost(host)).toBe(want);
});

test.each([
  { code: "EADDRINUSE", host: "127.0.0.1", port: 4700, says: "ARGUS_LISTEN=127.0.0.1:4701" },
  { code: "EADDRINUSE", host: "127.0.0.1", port: 65_535, says: "ARGUS_LISTEN=127.0.0.1:4700" },
  { code: "EADDRINUSE", host: "::1", port: 4700, says: "[::1]:4700 is taken" },
  { code: "EACCES", host: "127.0.0.1", port: 80, says: "--listen 127.0.0.1:4700" },
  { code: "EACCES", host: "::", port: 80, says: "ARGUS_LISTEN=[::]:4700" },
  { code: "EADDRNOTAVAIL", host: "192.0.2.1", port: 4800, says: "ARGUS_LISTEN=127.0.0.1:4800" },
  { code: "EMFILE", host: "127.0.0.1", port: 4700, says: "as Node says it" },
])("$code at $host says $says", ({ code, host, port, says }) => {
  const error = Object.assign(new Error("as Node says it"), { code, syscall: "listen" });
  expect(isAddressError(error)).toBe(true);
  expect(addressProblem(error, { host, port })).toContain(says);
});

test("an error of anything but listening is not the address's", () => {
  expect(isAddressError(Object.assign(new Error("no"), { syscall: "open" }))).toBe(false);
});
