/**
 * Services of a Twirp server, as the generated clients have them.
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

/** Makes an ArgusError of whatever a call fails with. */
export async function named<T>(name: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    if (cause instanceof ArgusError) throw cause;
    throw new ArgusError("internal", `${name}: a message could not be made or read`, { cause });
  }
}
