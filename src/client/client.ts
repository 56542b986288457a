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
import type { RpcOptions } from "./rpc.ts";
import { serviceOf } from "./services.ts";

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
  return {
    auth: serviceOf(AuthServiceClientProtobuf, options),
    applications: serviceOf(ApplicationServiceClientProtobuf, options),
    users: serviceOf(UserServiceClientProtobuf, options),
    logs: serviceOf(LogServiceClientProtobuf, options),
    instance: serviceOf(InstanceServiceClientProtobuf, options),
    with: (call) =>
      clientOf({ ...options, ...call, headers: { ...options.headers, ...call.headers } }),
  };
}
