/**
 * The typed client of Argus, for programs, the command line and the page.
 * Invariant: holds no connection and no session: who keeps tokens gives a `tokenProvider`.
 *
 *   const argus = createClient({ url: "http://127.0.0.1:4700", apiKey });
 *   const { entries } = await argus.logs.Query(QueryRequest.create({ query: "level:error" }));
 *
 * Requests are the generated messages of `generated/client`, made by their `create`.
 */
import {
  type ApplicationServiceClient,
  ApplicationServiceClientProtobuf,
} from "../../generated/client/argus/v1/application_service.twirp-client.ts";
import {
  type AuthServiceClient,
  AuthServiceClientProtobuf,
} from "../../generated/client/argus/v1/auth_service.twirp-client.ts";
import {
  type InstanceServiceClient,
  InstanceServiceClientProtobuf,
} from "../../generated/client/argus/v1/instance_service.twirp-client.ts";
import {
  type LogServiceClient,
  LogServiceClientProtobuf,
} from "../../generated/client/argus/v1/log_service.twirp-client.ts";
import {
  type UserServiceClient,
  UserServiceClientProtobuf,
} from "../../generated/client/argus/v1/user_service.twirp-client.ts";
import { ArgusError } from "./errors.ts";
import { createRpc, type RpcOptions } from "./rpc.ts";

export interface ClientOptions extends RpcOptions {
  /** An access token; where it ends, so does the client. */
  readonly token?: string;
  /** The secret of an API key. */
  readonly apiKey?: string;
}

/** What one call, or a few, do otherwise. */
export type CallOptions = Pick<RpcOptions, "signal" | "timeoutMs" | "headers" | "retries">;

export interface Client {
  readonly auth: AuthServiceClient;
  readonly applications: ApplicationServiceClient;
  readonly users: UserServiceClient;
  readonly logs: LogServiceClient;
  readonly instance: InstanceServiceClient;
  /** The same client with other options for the calls made through it. */
  with(options: CallOptions): Client;
}

/** Throws TypeError when more than one credential is given. */
export function createClient(options: ClientOptions): Client {
  const { token, apiKey, ...rest } = options;
  const given = [token, apiKey, options.tokenProvider].filter((value) => value !== undefined);
  if (given.length > 1) throw new TypeError("give one of token, apiKey and tokenProvider");
  const fixed = token ?? apiKey;
  return clientOf(fixed === undefined ? rest : { ...rest, tokenProvider: () => fixed });
}

function clientOf(options: RpcOptions): Client {
  const rpc = createRpc(options);
  return {
    auth: named(new AuthServiceClientProtobuf(rpc)),
    applications: named(new ApplicationServiceClientProtobuf(rpc)),
    users: named(new UserServiceClientProtobuf(rpc)),
    logs: named(new LogServiceClientProtobuf(rpc)),
    instance: named(new InstanceServiceClientProtobuf(rpc)),
    with: (call) =>
      clientOf({ ...options, ...call, headers: { ...options.headers, ...call.headers } }),
  };
}

type Method = (request: unknown) => Promise<unknown>;

/** The service with its failures named: the generated code decodes after the call, outside of it. */
function named<T extends object>(service: T): T {
  const methods: Record<string, Method> = {};
  const prototype = Object.getPrototypeOf(service) as Record<string, Method>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const method = prototype[name];
    if (name === "constructor" || method === undefined) continue;
    methods[name] = async (request) => {
      try {
        return await method.call(service, request);
      } catch (cause) {
        if (cause instanceof ArgusError) throw cause;
        throw new ArgusError("internal", `${name}: a message could not be made or read`, { cause });
      }
    };
  }
  return methods as T;
}
