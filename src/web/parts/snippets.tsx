/**
 * Ready-made lines that send, with the real address and the new key, and a lamp that turns when the first entry is in.
 */
import { useSignal } from "@preact/signals";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { base } from "../paths.ts";
import { clockTime } from "../words.ts";

interface Snippet {
  readonly name: string;
  readonly note: string;
  readonly text: string;
}

function snippetsFor(url: string, secret: string): readonly [Snippet, ...Snippet[]] {
  const settings = `ARGUS_URL=${url} \\\nARGUS_API_KEY=${secret} \\\n`;
  return [
    {
      name: "curl",
      note: "# one entry, straight from a shell",
      text: `curl ${url}/ingest/ndjson \\\n  -H "Authorization: Bearer ${secret}" \\\n  -H "Content-Type: application/x-ndjson" \\\n  --data-binary '{"level":"info","service":"hello","message":"first light"}'`,
    },
    {
      name: "File or pipe",
      note: "# JSON or plain lines, as they come",
      text: `tail -F app.log | ${settings}npx argus send --service app`,
    },
    {
      name: "pino",
      note: "# what a Node program prints, level and time understood",
      text: `node app.js | ${settings}npx argus send --service app`,
    },
    {
      name: "Python",
      note: "# needs nothing installed",
      text: `import json, urllib.request\n\nentry = {"level": "info", "service": "hello", "message": "first light"}\nurllib.request.urlopen(urllib.request.Request(\n    "${url}/ingest/ndjson",\n    json.dumps(entry).encode(),\n    {"Authorization": "Bearer ${secret}", "Content-Type": "application/x-ndjson"},\n))`,
    },
    {
      name: "Twirp JSON",
      note: "# the API itself, with an answer for each entry",
      text: `curl ${url}/twirp/argus.v1.LogService/SendLogs \\\n  -H "Authorization: Bearer ${secret}" \\\n  -H "Content-Type: application/json" \\\n  -d '{"entries":[{"level":"LEVEL_INFO","service":"hello","message":"first light"}]}'`,
    },
  ];
}

export function Snippets(props: { secret: string; first: LogEntry | undefined }) {
  const all = snippetsFor(`${location.origin}${base}`, props.secret);
  const chosen = useSignal(all[0].name);
  const copied = useSignal("");
  const snippet = all.find(({ name }) => name === chosen.value) ?? all[0];
  const copy = (name: string, text: string): void => {
    void navigator.clipboard.writeText(text).then(() => (copied.value = name));
  };
  return (
    <section class="snippets" aria-label="How to send">
      <div class="snippet">
        <div class="tabs" role="group" aria-label="Ways to send">
          {all.map(({ name }) => (
            <button
              type="button"
              key={name}
              aria-pressed={name === chosen.value}
              onClick={() => (chosen.value = name)}
            >
              {name}
            </button>
          ))}
          <button type="button" class="plain copy" onClick={() => copy(snippet.name, snippet.text)}>
            {copied.value === snippet.name ? "Copied" : "Copy"}
          </button>
        </div>
        {/* It scrolls sideways: keys must reach it. */}
        <pre tabIndex={0} aria-label={`${snippet.name} example`}>
          <span class="note">{snippet.note}</span>
          {"\n"}
          {snippet.text
            .split(props.secret)
            .map((part, at) => [at > 0 && <mark key={at}>{props.secret}</mark>, part])}
        </pre>
        <p class={props.first === undefined ? "lamp" : "lamp lit"} role="status">
          {props.first === undefined
            ? "Waiting for the first entry"
            : `The first entry is in, from ${props.first.service || "a program"} at ${clockTime(props.first)}`}
        </p>
      </div>
      <p class="secret">
        <span class="mono">{props.secret}</span>
        <button type="button" onClick={() => copy("key", props.secret)}>
          {copied.value === "key" ? "Copied" : "Copy key"}
        </button>
      </p>
      <p class="hint">You will not see this key again. You can make another under Keys.</p>
    </section>
  );
}
