/**
 * Ready-made lines that send, with the real address and the new key, and a lamp that turns when the first entry is in.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Application } from "../../../generated/client/argus/v1/application_service.ts";
import { base, pathOf } from "../paths.ts";
import { follow } from "../follow.ts";
import { EntryLine } from "./entry-list.tsx";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";

export function Snippets(props: { app: Application; secret: string }) {
  const copied = useSignal("");
  const first = useSignal<LogEntry | undefined>(undefined);
  const url = `${location.origin}${base}`;

  useEffect(() => {
    const stop = new AbortController();
    void follow({
      applicationId: props.app.id,
      query: "",
      signal: stop.signal,
      onEntry: (entry) => (first.value ??= entry),
    });
    return () => stop.abort();
  }, [props.app.id]);

  const snippets = [
    {
      name: "curl",
      text: `curl ${url}/ingest/ndjson -H "Authorization: Bearer ${props.secret}" \\\n  --data-binary '{"level":"info","service":"hello","message":"first light"}'`,
    },
    {
      name: "a file or a pipe",
      text: `cat app.log | ARGUS_URL=${url} ARGUS_API_KEY=${props.secret} npx argus send --service app`,
    },
    {
      name: "pino",
      text: `node app.js | ARGUS_URL=${url} ARGUS_API_KEY=${props.secret} npx argus send`,
    },
    {
      name: "Twirp JSON",
      text: `curl ${url}/twirp/argus.v1.LogService/SendLogs -H "Authorization: Bearer ${props.secret}" \\\n  -H "Content-Type: application/json" \\\n  -d '{"entries":[{"level":"LEVEL_INFO","service":"hello","message":"first light"}]}'`,
    },
  ];
  const copy = (name: string, text: string): void => {
    void navigator.clipboard.writeText(text).then(() => (copied.value = name));
  };

  return (
    <section class="snippets" aria-label="How to send">
      <p class="secret">
        <span class="mono">{props.secret}</span>
        <button type="button" onClick={() => copy("key", props.secret)}>
          {copied.value === "key" ? "Copied" : "Copy key"}
        </button>
      </p>
      <p class="hint">You will not see this key again. You can make another.</p>
      {snippets.map(({ name, text }) => (
        <figure key={name}>
          <figcaption>
            {name}
            <button type="button" class="plain" onClick={() => copy(name, text)}>
              {copied.value === name ? "Copied" : "Copy"}
            </button>
          </figcaption>
          <pre>{text}</pre>
        </figure>
      ))}
      <p class={first.value === undefined ? "lamp" : "lamp lit"} role="status">
        {first.value === undefined ? "Waiting for the first entry…" : "The first entry is in."}
      </p>
      {first.value !== undefined && (
        <>
          <EntryLine entry={first.value} />
          <a
            class="button main"
            href={pathOf({ screen: "logs", app: props.app.name, query: "", from: "-60m" })}
          >
            Open the logs
          </a>
        </>
      )}
    </section>
  );
}
