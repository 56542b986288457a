/**
 * Ready-made lines with the real address and the key, for what the key may, and a lamp each that turns when what the
 * line sends is in.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Scope } from "../../../generated/client/argus/v1/application_service.shapes.ts";
import { argusCommand, type SendExample, sendExamples } from "../../client/send-examples.ts";
import type { Arrivals, Arrived } from "../arrivals.ts";
import { copyText } from "../copy.ts";
import { base, pathOf } from "../paths.ts";
import { type Refusal, refusalText } from "../refusals.ts";
import { agoText, countText, shownText } from "../words.ts";
import "./snippets.css";

/** A line that sends, and what it takes. */
type Way = SendExample & { readonly needs: string };

const HERE = "the folder of Argus";

/** @returns the ways to send with a key that writes, then how to search with one that reads. */
function waysFor(url: string, secret: string | undefined, scopes: readonly Scope[]): Way[] {
  const [curl, twirp, pipe] = sendExamples(url, secret);
  const key = secret ?? "$ARGUS_API_KEY";
  const send = argusCommand("send --service hello", url, secret);
  const sending: readonly Way[] = [
    { ...curl, needs: "one entry, from any shell" },
    {
      name: "NDJSON",
      via: "ndjson",
      note: "# a file of JSON lines, as it is",
      needs: "a file, or the output of a program, as a body",
      text: `curl ${url}/ingest/ndjson \\\n  -H "Authorization: Bearer ${key}" \\\n  -H "Content-Type: application/x-ndjson" \\\n  --data-binary @- <<'END'\n{"level":"info","service":"hello","message":"first light","via":"ndjson"}\n{"level":"warn","service":"hello","message":"second light","via":"ndjson"}\nEND`,
    },
    {
      name: "pino",
      via: "pino",
      note: `# a line as pino prints it; yours: node app.js | … (in ${HERE})`,
      needs: "its lines are NDJSON; pipe them in",
      text: `echo '{"level":30,"msg":"first light","via":"pino"}' | ${send}`,
    },
    { ...pipe, needs: "JSON or plain lines, from a pipe or a file" },
    {
      name: "Python",
      via: "python",
      note: "# needs nothing installed",
      needs: "standard library only",
      text: `import json, urllib.request\n\nentry = {"level": "info", "service": "hello", "message": "first light", "via": "python"}\nanswer = urllib.request.urlopen(urllib.request.Request(\n    "${url}/ingest/ndjson",\n    json.dumps(entry).encode(),\n    {"Authorization": "Bearer ${key}", "Content-Type": "application/x-ndjson"},\n))\nprint(answer.read().decode())`,
    },
    { ...twirp, needs: "the API itself, with an answer for each entry" },
  ];
  const search: Way = {
    name: "Search",
    via: "search",
    note: `# what came, in a shell (in ${HERE})`,
    needs: "",
    text: argusCommand("search light", url, secret),
  };
  return [
    ...(scopes.includes(Scope.SCOPE_INGEST) ? sending : []),
    ...(scopes.includes(Scope.SCOPE_READ) ? [search] : []),
  ];
}

export function Snippets(props: {
  app: string;
  /** Undefined when it is not known any more: the lines read it from the environment. */
  secret: string | undefined;
  /** Whoever looks at it makes keys. */
  makesKeys: boolean;
  scopes: readonly Scope[];
  arrivals: Arrivals;
  /** What was sent last and not taken. */
  refusal: Refusal | undefined;
}) {
  const { app, secret, arrivals } = props;
  const ways = waysFor(`${location.origin}${base}`, secret, props.scopes);
  const chosen = useSignal("");
  const copied = useSignal("");
  const refused = useSignal("");
  const way = ways.find(({ name }) => name === chosen.value) ?? ways[0];
  if (way === undefined) return null;
  const copy = (name: string, text: string): void => {
    void copyText(text).then((done) => {
      copied.value = done ? name : "";
      refused.value = done ? "" : name;
    });
  };
  const copyWord = (name: string, word: string): string =>
    copied.value === name ? "Copied" : refused.value === name ? "Select it to copy" : word;
  return (
    <section class="snippets" aria-label="How to send">
      <div class="snippet">
        <div class="tabs">
          <div class="tab-ways" role="group" aria-label="Ways to send">
            {ways.map(({ name, via }) => (
              <button
                type="button"
                key={name}
                aria-pressed={name === way.name}
                onClick={() => (chosen.value = name)}
              >
                {name}
                {arrivals.by.has(via) && <span class="dot lit" />}
              </button>
            ))}
          </div>
          <button type="button" class="plain copy" onClick={() => copy(way.name, way.text)}>
            {copyWord(way.name, "Copy")}
          </button>
        </div>
        {/* It scrolls sideways: keys must reach it. */}
        <pre tabIndex={0} role="region" aria-label={`${way.name} example`}>
          <span class="note">{way.note}</span>
          {"\n"}
          {secret === undefined
            ? way.text
            : way.text
                .split(secret)
                .map((part, at) => [at > 0 && <mark key={at}>{secret}</mark>, part])}
        </pre>
        {way.needs !== "" && (
          <Lamp arrived={arrivals.by.get(way.via)} refusal={refusalNow(arrivals, props.refusal)} />
        )}
      </div>
      <ul class="ways">
        {ways
          .filter(({ needs }) => needs !== "")
          .map(({ name, via, needs }) => {
            const arrived = arrivals.by.get(via);
            return (
              <li key={name} class={arrived === undefined ? undefined : "lit"}>
                <span class="lamp-dot" aria-hidden="true" />
                <span class="way">{name}</span>
                <span class="needs">
                  {arrived === undefined ? needs : <Received arrived={arrived} />}
                </span>
              </li>
            );
          })}
      </ul>
      {secret === undefined ? (
        <NoKey app={app} makesKeys={props.makesKeys} />
      ) : (
        <>
          <p class="secret">
            <span class="mono">{secret}</span>
            <button type="button" onClick={() => copy("key", secret)}>
              {copyWord("key", "Copy key")}
            </button>
          </p>
          <p class="hint">
            You will not see this key again. You can make another in Settings, API keys.
            {!props.scopes.includes(Scope.SCOPE_READ) &&
              " It cannot search: for that, npx argus login, or a key that reads."}
          </p>
        </>
      )}
    </section>
  );
}

/** Where a key is to come from that is not known here. */
function NoKey({ app, makesKeys }: { app: string; makesKeys: boolean }) {
  if (!makesKeys)
    return (
      <p class="hint">
        It takes a key that writes, in <code>ARGUS_API_KEY</code>. Owners and editors of{" "}
        {shownText(app)} make one: ask one of them.
      </p>
    );
  return (
    <p class="hint">
      The key was shown once. Put it in <code>ARGUS_API_KEY</code>, or{" "}
      <a href={pathOf({ screen: "settings", app, page: "keys" })}>make another one</a>.
    </p>
  );
}

/** A refusal is over once something came after it was seen. */
function refusalNow(arrivals: Arrivals, refusal: Refusal | undefined): Refusal | undefined {
  if (refusal === undefined) return undefined;
  const isOver = [...arrivals.by.values()].some(({ lastMs }) => lastMs > refusal.seenMs);
  return isOver ? undefined : refusal;
}

function Lamp(props: { arrived: Arrived | undefined; refusal: Refusal | undefined }) {
  const { refusal } = props;
  const light = refusal !== undefined ? " refused" : props.arrived !== undefined ? " lit" : "";
  return (
    <p class={`lamp${light}`} role="status">
      {refusal !== undefined ? (
        <span>Refused: {refusalText(refusal)}</span>
      ) : props.arrived === undefined ? (
        "Waiting for the first entry. A line that fails says why where you ran it."
      ) : (
        <Received arrived={props.arrived} />
      )}
    </p>
  );
}

/** `1 entry, 4 s ago`, which goes on counting. */
function Received(props: { arrived: Arrived }) {
  const nowMs = useSignal(Date.now());
  useEffect(() => {
    const timer = setInterval(() => (nowMs.value = Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const { count, lastMs } = props.arrived;
  return (
    <span>
      Received {countText(count, "entry", "entries")}
      <span aria-hidden="true">, {agoText(lastMs, Math.max(nowMs.value, lastMs))}</span>
    </span>
  );
}
