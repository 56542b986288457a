/**
 * Where what the server sends is read: in a thread of its own once there is one, which is loaded after the first look, or
 * with the first tail. Invariant: nothing waits for a thread that cannot be had; the page reads by itself then.
 */
import { messageOfJson } from "../../client/json-message.ts";
import type { Decode } from "../../client/json-service.ts";
import { afterFirstLook } from "../first-look.ts";
import type { Decoder } from "./decoder.ts";
import { type ReadTail, tailPieces } from "./tail-pieces.ts";

let decoder: Decoder | undefined;
let starting: Promise<Decoder | undefined> | undefined;

function start(): Promise<Decoder | undefined> {
  starting ??= import("./decoder.ts").then(
    ({ startDecoder }) => (decoder = startDecoder()),
    () => (starting = undefined),
  );
  return starting;
}
// Behind the parts that a click may open.
queueMicrotask(() => afterFirstLook(start));

export const decode: Decode = async (shape, response) =>
  decoder === undefined
    ? messageOfJson(shape, await response.json())
    : decoder.decode(shape, response);

export const readTail: ReadTail = async function* (body) {
  const started = await start();
  yield* started === undefined ? tailPieces(body) : started.readTail(body);
};
