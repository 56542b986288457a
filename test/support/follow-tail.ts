/**
 * Follows the live tail of a real server, by fetch as the page and the command line do.
 * Invariant: what came is kept until the tail is disposed of, which ends the request.
 */
import { serverSentEvents } from "../../src/client/server-sent-events.ts";
import type { FoundEntry } from "./api-calls.ts";
import { until } from "./until.ts";

export interface Tail extends AsyncDisposable {
  readonly messages: string[];
  readonly ids: string[];
  /** Of the last event. */
  position: string;
  ended: boolean;
}

export interface TailAsked {
  readonly url: string;
  /** A key's, or a user's access token. */
  readonly secret: string;
  /** Of a user. */
  readonly application?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Asks for a tail; the answer is the caller's to read. */
export function askTail({ url, secret, application = "", query = "", headers }: TailAsked) {
  const stop = new AbortController();
  const parameters = new URLSearchParams({ query, application_id: application });
  const response = fetch(`${url}/api/v1/tail?${parameters.toString()}`, {
    headers: { Authorization: `Bearer ${secret}`, ...headers },
    signal: stop.signal,
  });
  return { response, stop };
}

/** Begins a tail; it stands when its first position is there. @param position to resume from. */
export async function followTail(asked: TailAsked, position?: string): Promise<Tail> {
  const { response, stop } = askTail(
    position === undefined ? asked : { ...asked, headers: { "Last-Event-ID": position } },
  );
  const { body, status } = await response;
  if (status !== 200 || body === null) throw new Error(`the tail answered ${status}`);
  const found: Omit<Tail, typeof Symbol.asyncDispose> = {
    messages: [],
    ids: [],
    position: "",
    ended: false,
  };
  const reading = (async () => {
    try {
      for await (const event of serverSentEvents(body)) {
        if (event.id !== "") found.position = event.id;
        if (event.event !== "entry") continue;
        const entry = JSON.parse(event.data) as FoundEntry;
        found.messages.push(entry.message);
        found.ids.push(entry.id);
      }
    } catch {
      // Cut off, by the test or by the end of the process.
    }
    found.ended = true;
  })();
  await until("the first position", () => found.position !== "");
  return Object.assign(found, {
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await reading;
    },
  });
}
