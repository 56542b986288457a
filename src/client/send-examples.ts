/**
 * Ready-made lines that send one entry: for the page, which has the secret, and for the terminal of a server, which
 * does not keep it. Invariant: each works as it is pasted into a shell; those of `npx` in the folder of Argus.
 */
export interface SendExample {
  readonly name: string;
  /** What its entry says in the attribute `via`; "" for a plain line, which has no attributes. */
  readonly via: string;
  /** A comment of the shell. */
  readonly note: string;
  readonly text: string;
}

/** Where `argus` looks for a server when nobody says. */
export const DEFAULT_URL = "http://127.0.0.1:4700";

/**
 * @param url of the server, without a slash at the end.
 * @param secret of a key that writes; left out, the lines read it from ARGUS_API_KEY.
 */
export function sendExamples(
  url: string,
  secret?: string,
): readonly [ndjson: SendExample, twirp: SendExample, pipe: SendExample] {
  const credential = `-H "Authorization: Bearer ${secret ?? "$ARGUS_API_KEY"}"`;
  return [
    {
      name: "curl",
      via: "curl",
      note: "# one entry as a JSON line, straight from a shell",
      text: `curl ${url}/ingest/ndjson \\\n  ${credential} \\\n  -H "Content-Type: application/x-ndjson" \\\n  --data-binary '{"level":"info","service":"hello","message":"first light","via":"curl"}'`,
    },
    {
      name: "Twirp JSON",
      via: "twirp",
      note: "# the API itself, with an answer for each entry",
      text: `curl ${url}/twirp/argus.v1.LogService/SendLogs \\\n  ${credential} \\\n  -H "Content-Type: application/json" \\\n  -d '{"entries":[{"level":"LEVEL_INFO","service":"hello","message":"first light","attributes":{"via":"twirp"}}]}' && echo`,
    },
    {
      name: "npx argus send",
      via: "",
      note: "# JSON or plain lines, from a pipe or a file (in the folder of Argus)",
      text: `echo "first light" | ${argusCommand("send --service hello", url, secret)}`,
    },
  ];
}

/** A command of `npx argus` with the settings that it would not find by itself. */
export function argusCommand(words: string, url: string, secret?: string): string {
  const settings = [
    ...(url === DEFAULT_URL ? [] : [`ARGUS_URL=${url}`]),
    ...(secret === undefined ? [] : [`ARGUS_API_KEY=${secret}`]),
  ];
  return [...settings.map((setting) => `${setting} \\\n  `), `npx argus ${words}`].join("");
}
