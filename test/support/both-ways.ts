/**
 * One call of an RPC in two encodings: canonical JSON by fetch, and protobuf by the project's own client.
 * Invariant: both take and give the message as canonical JSON with proto names, so that one table of cases tests both.
 */
import * as clientApplications from "../../generated/client/argus/v1/application_service.ts";
import * as clientAuth from "../../generated/client/argus/v1/auth_service.ts";
import * as clientInstance from "../../generated/client/argus/v1/instance_service.ts";
import * as clientUsers from "../../generated/client/argus/v1/user_service.ts";
import * as clientLogs from "../../generated/client/argus/v1/log_service.ts";
import * as serverApplications from "../../generated/server/argus/v1/application_service.ts";
import * as serverAuth from "../../generated/server/argus/v1/auth_service.ts";
import * as serverInstance from "../../generated/server/argus/v1/instance_service.ts";
import * as serverUsers from "../../generated/server/argus/v1/user_service.ts";
import * as serverLogs from "../../generated/server/argus/v1/log_service.ts";
import type { IMessageType, JsonValue } from "@protobuf-ts/runtime";
import { createClient } from "../../src/client/client.ts";
import { ArgusError } from "../../src/client/errors.ts";
import { type Json, rpc } from "./api-calls.ts";

export interface Called {
  /** Twirp's error code, or "ok". */
  readonly code: string;
  readonly message: string;
  readonly meta: Json;
  readonly requestId: string;
  readonly body: Json;
}

export interface Way {
  readonly name: string;
  /** @param method as `LogService/Query`; @param request canonical JSON. */
  call(method: string, request: object, token?: string): Promise<Called>;
}

interface ClientMessage {
  encode(message: unknown): { finish(): Uint8Array };
  decode(bytes: Uint8Array): unknown;
}
type ServerMessage = IMessageType<object>;

const SERVER: Readonly<Record<string, unknown>> = {
  ...serverApplications,
  ...serverAuth,
  ...serverInstance,
  ...serverLogs,
  ...serverUsers,
};
const CLIENT: Readonly<Record<string, unknown>> = {
  ...clientApplications,
  ...clientAuth,
  ...clientInstance,
  ...clientLogs,
  ...clientUsers,
};
const SERVICES = {
  ApplicationService: "applications",
  AuthService: "auth",
  InstanceService: "instance",
  LogService: "logs",
  UserService: "users",
} as const;

/** @returns the client's message of an RPC's request, with nothing set. */
export function emptyRequest(method: string): object {
  return (CLIENT[`${method}Request`] as ClientMessage).decode(new Uint8Array()) as object;
}

export function byJson(url: string): Way {
  return {
    name: "JSON",
    async call(method, request, token) {
      const answer = await rpc(url, method, request, { token });
      const { msg = "", meta = {} } = answer.body as { msg?: string; meta?: Json };
      return {
        code: answer.code,
        message: msg,
        meta,
        requestId: answer.headers.get("x-request-id") ?? "",
        body: answer.body,
      };
    },
  };
}

export function byProtobuf(url: string): Way {
  return {
    name: "protobuf",
    async call(method, request, token) {
      const [service = "", name = ""] = method.split("/");
      const client = createClient({ url, retries: 0, ...(token === undefined ? {} : { token }) });
      const methods = client[SERVICES[service as keyof typeof SERVICES]] as unknown as Readonly<
        Record<string, (message: unknown) => Promise<unknown>>
      >;
      const server = (kind: string): ServerMessage => SERVER[`${name}${kind}`] as ServerMessage;
      const own = (kind: string): ClientMessage => CLIENT[`${name}${kind}`] as ClientMessage;
      const wire = server("Request").toBinary(server("Request").fromJson(request as JsonValue));
      try {
        const answer = await methods[name]?.(own("Request").decode(wire));
        const message = server("Response").fromBinary(own("Response").encode(answer).finish());
        const body = server("Response").toJson(message, {
          emitDefaultValues: true,
          useProtoFieldName: true,
        }) as unknown as Json;
        return { code: "ok", message: "", meta: {}, requestId: "", body };
      } catch (error) {
        if (!(error instanceof ArgusError)) throw error;
        const { code, message, meta, requestId } = error;
        return { code, message, meta, requestId, body: {} };
      }
    },
  };
}
