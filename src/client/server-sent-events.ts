/**
 * Reads a stream of server-sent events.
 * Invariant: an event is given when its empty line has come; one cut off by the end of the stream is dropped.
 * Source: HTML Living Standard, 9.2.6 Interpreting an event stream.
 */
export interface ServerSentEvent {
  /** "message" when the stream names none. */
  readonly event: string;
  readonly data: string;
  /** The last id given so far, "" for none. */
  readonly id: string;
}

/** Longest line kept; a longer one is a fault of the sender. */
const MAX_LINE = 16 * 1024 * 1024;

/** Ends when the stream ends; throws what the stream throws, and RangeError for a line without end. */
export async function* serverSentEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const read = eventReader();
  for await (const chunk of body) yield* read(chunk);
}

/** @returns what gives the events that end in each chunk of one stream; throws RangeError for a line without end. */
export function eventReader(): (chunk: Uint8Array) => readonly ServerSentEvent[] {
  const decoder = new TextDecoder();
  let rest = "";
  let event = "";
  let data: string[] = [];
  let id = "";
  return (chunk) => {
    const events: ServerSentEvent[] = [];
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE) throw new RangeError("a line of the event stream has no end");
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0)
          events.push({ event: event === "" ? "message" : event, data: data.join("\n"), id });
        event = "";
        data = [];
        continue;
      }
      const colon = line.indexOf(":");
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
      if (field === "event") event = value;
      else if (field === "data") data.push(value);
      else if (field === "id" && !value.includes("\0")) id = value;
    }
    return events;
  };
}
