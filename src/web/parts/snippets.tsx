/**
 * Ready-made lines with the real address and the new key, for what the key may, and a lamp that turns when the first
 * entry is in.
 */
import { useSignal } from "@preact/signals";
import { Scope } from "../../../generated/client/argus/v1/application_service.ts";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { argusCommand, type SendExample, sendExamples } from "../../client/send-examples.ts";
import { copyText } from "../copy.ts";
import { base } from "../paths.ts";
import { clockTime } from "../words.ts";

/** @returns the ways to send with a key that writes, then how to search with one that reads. */
function examplesFor(url: string, secret: string, scopes: readonly Scope[]): SendExample[] {
  const [ndjson, twirp, pipe] = sendExamples(url, secret);
  const send = argusCommand("send --service app", url, secret);
  const sending: readonly SendExample[] = [
    ndjson,
    pipe,
    {
      name: "pino",
      note: "# a line as pino prints it; yours: node app.js | … (in the folder of Argus)",
      text: `echo '{"level":30,"msg":"first light"}' | ${send}`,
    },
    {
      name: "Python",
      note: "# needs nothing installed",
      text: `import json, urllib.request\n\nentry = {"level": "info", "service": "hello", "message": "first light"}\nanswer = urllib.request.urlopen(urllib.request.Request(\n    "${url}/ingest/ndjson",\n    json.dumps(entry).encode(),\n    {"Authorization": "Bearer ${secret}", "Content-Type": "application/x-ndjson"},\n))\nprint(answer.read().decode())`,
    },
    twirp,
  ];
  const search: SendExample = {
    name: "Search",
    note: "# what came, in a shell (in the folder of Argus)",
    text: argusCommand("search light", url, secret),
  };
  return [
    ...(scopes.includes(Scope.SCOPE_INGEST) ? sending : []),
    ...(scopes.includes(Scope.SCOPE_READ) ? [search] : []),
  ];
}

export function Snippets(props: {
  secret: string;
  scopes: readonly Scope[];
  first: LogEntry | undefined;
}) {
  const all = examplesFor(`${location.origin}${base}`, props.secret, props.scopes);
  const writes = props.scopes.includes(Scope.SCOPE_INGEST);
  const chosen = useSignal("");
  const copied = useSignal("");
  const refused = useSignal("");
  const snippet = all.find(({ name }) => name === chosen.value) ?? all[0];
  if (snippet === undefined) return null;
  const copy = (name: string, text: string): void => {
    void copyText(text).then((done) => {
      copied.value = done ? name : "";
      refused.value = done ? "" : name;
    });
  };
  return (
    <section class="snippets" aria-label="How to send">
      <div class="snippet">
        <div class="tabs" role="group" aria-label="Ways to send">
          {all.map(({ name }) => (
            <button
              type="button"
              key={name}
              aria-pressed={name === snippet.name}
              onClick={() => (chosen.value = name)}
            >
              {name}
            </button>
          ))}
          <button type="button" class="plain copy" onClick={() => copy(snippet.name, snippet.text)}>
            {copied.value === snippet.name
              ? "Copied"
              : refused.value === snippet.name
                ? "Select it to copy"
                : "Copy"}
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
        {writes && (
          <p class={props.first === undefined ? "lamp" : "lamp lit"} role="status">
            {props.first === undefined
              ? "Waiting for the first entry"
              : `The first entry is in, from ${props.first.service || "a program"} at ${clockTime(props.first)}`}
          </p>
        )}
      </div>
      <p class="secret">
        <span class="mono">{props.secret}</span>
        <button type="button" onClick={() => copy("key", props.secret)}>
          {copied.value === "key"
            ? "Copied"
            : refused.value === "key"
              ? "Select it to copy"
              : "Copy key"}
        </button>
      </p>
      <p class="hint">
        You will not see this key again. You can make another under Keys.
        {!props.scopes.includes(Scope.SCOPE_READ) &&
          " It cannot search: for that, npx argus login, or a key that reads."}
      </p>
    </section>
  );
}
