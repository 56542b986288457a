/**
 * Services of a Twirp server in JSON, by the shapes of their messages: for a page, which loads a tenth of the code of
 * `client.ts` for it, and reads answers faster than in protobuf.
 * Invariant: every failure is an ArgusError, that of a message that could not be made or read, too.
 */
import { jsonOfMessage, messageOfJson, type Shape } from "./json-message.ts";
import { createRpc, type RpcOptions } from "./rpc.ts";
import { named } from "./services.ts";

/** Shapes of the request and of the answer. */
export type MethodShapes = readonly [request: Shape, answer: Shape];

/** Makes the message of an answer. */
export type Decode = (shape: Shape, answer: Response) => Promise<object>;

const decodeHere: Decode = async (shape, answer) => messageOfJson(shape, await answer.json());

/**
 * @param T of the generated clients, or some of its methods
 * @param methods those of the service that are called: `generated/client/**.shapes.ts` has all
 */
export function jsonServiceOf<T extends object>(
  service: string,
  methods: Readonly<Record<keyof T & string, MethodShapes>>,
  options: RpcOptions & { readonly decode?: Decode },
): T {
  const { decode = decodeHere, ...rest } = options;
  const calls = Object.entries<MethodShapes>(methods).map(([name, [request, answer]]) => [
    name,
    (message: object) =>
      named(name, async () => {
        const data = jsonOfMessage(request, message);
        const rpc = createRpc({ ...rest, readJson: (response) => decode(answer, response) });
        return rpc.request(`argus.v1.${service}`, name, "application/json", data);
      }),
  ]);
  return Object.fromEntries(calls) as T;
}
