/**
 * Services of a Twirp server, and single calls for who needs few of many: a page loads what it calls.
 * Invariant: every failure is an ArgusError, that of a message that could not be made or read, too.
 */
import { ArgusError } from "./errors.ts";
import { createRpc, type Rpc, type RpcOptions } from "./rpc.ts";

type Method = (request: unknown) => Promise<unknown>;

/** @param Service a generated client, whose code decodes after the call, outside of it. */
export function serviceOf<T extends object>(Service: new (rpc: Rpc) => T, options: RpcOptions): T {
  const service = new Service(createRpc(options));
  const methods: Record<string, Method> = {};
  const prototype = Object.getPrototypeOf(service) as Record<string, Method>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const method = prototype[name];
    if (name === "constructor" || method === undefined) continue;
    methods[name] = (request) => named(name, () => method.call(service, request));
  }
  return methods as T;
}

/** What ts-proto makes of a message. */
interface Message<T> {
  encode(message: T): { finish(): Uint8Array };
  decode(bytes: Uint8Array): T;
}

/** Calls one RPC, such as `AuthService/Login`, by its messages. */
export type Call = <Q, A>(
  method: `${string}/${string}`,
  messages: readonly [request: Message<Q>, answer: Message<A>],
  request: Q,
) => Promise<A>;

export function createCall(options: RpcOptions): Call {
  const rpc = createRpc(options);
  return (method, [Request, Answer], request) => {
    const [service = "", name = ""] = method.split("/");
    return named(name, async () => {
      const data = Request.encode(request).finish();
      const answer = await rpc.request(`argus.v1.${service}`, name, "application/protobuf", data);
      return Answer.decode(answer as Uint8Array);
    });
  };
}

async function named<T>(name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof ArgusError) throw cause;
    throw new ArgusError("internal", `${name}: a message could not be made or read`, { cause });
  }
}
