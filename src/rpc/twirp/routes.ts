/**
 * Which function answers which path. Invariant: built once; a path is the literal
 * `[prefix]/[package.]Service/Method` of the protos, case and all.
 */
import type { TwirpContentType, TwirpServer } from "twirp-ts";
import type { RpcContext } from "./context.ts";

/** What the generated route hands on; it copies the object it is given, so the context travels as one field. */
export interface Carrier {
  readonly contentType: TwirpContentType;
  readonly call: RpcContext;
}

/** Bypasses the decoding of messages. The body is the handler's to keep. */
export type RawHandler = (
  ctx: RpcContext,
  body: Buffer,
  encoding: "json" | "protobuf",
) => Promise<Uint8Array | string>;

export interface Route {
  readonly packageName: string;
  readonly serviceName: string;
  readonly methodName: string;
  /** `argus.v1.LogService/Query`, the key of `raw` and of access tables. */
  readonly name: string;
  readonly raw: RawHandler | undefined;
  readonly decoded: (carrier: Carrier, body: Buffer) => Promise<Uint8Array | string>;
}

/** A server made by a generated `create…Server`; its service's type is the generated code's affair. */
// oxlint-disable-next-line typescript/no-explicit-any -- TwirpServer is invariant in its service
export type AnyTwirpServer = TwirpServer<any, any>;

type Method = (ctx: RpcContext, request: unknown) => Promise<unknown>;
type GeneratedRoute = (
  carrier: Carrier,
  service: Readonly<Record<string, unknown>>,
  body: Buffer,
) => Promise<Uint8Array | string>;
interface Generated {
  readonly packageName: string;
  readonly serviceName: string;
  readonly methodList: readonly string[];
  readonly service: Readonly<Record<string, unknown>>;
  readonly matchRoute: (method: string, events: object) => GeneratedRoute;
}

const EVENTS = { onMatch: () => {}, onNotFound: () => {} };

/**
 * @param prefix such as `/twirp`, or "" for none.
 * Throws for a service without an implementation of one of its methods, and for a raw handler without a method.
 */
export function routesOf(
  servers: readonly AnyTwirpServer[],
  prefix: string,
  raw: Readonly<Record<string, RawHandler>>,
): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>();
  const unused = new Set(Object.keys(raw));
  for (const server of servers) {
    // The router is private in TwirpServer's type; it is the part of it that is used here.
    const generated = server as unknown as Generated;
    const { packageName, serviceName, service } = generated;
    const qualified = packageName === "" ? serviceName : `${packageName}.${serviceName}`;
    const unwrapped: Record<string, unknown> = {};
    for (const methodName of generated.methodList) {
      const name = `${qualified}/${methodName}`;
      unused.delete(name);
      const method = service[methodName];
      if (typeof method === "function")
        unwrapped[methodName] = (carrier: Carrier, request: unknown) =>
          (method as Method).call(service, carrier.call, request);
      else if (raw[name] === undefined) throw new Error(`nothing implements ${name}`);
      const route = generated.matchRoute(methodName, EVENTS);
      routes.set(`${prefix}/${name}`, {
        packageName,
        serviceName,
        methodName,
        name,
        raw: raw[name],
        decoded: (carrier, body) => route(carrier, unwrapped, body),
      });
    }
  }
  if (unused.size > 0) throw new Error(`no such methods: ${[...unused].join(", ")}`);
  return routes;
}
