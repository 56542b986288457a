/**
 * All services: for the screens beside the logs, which are loaded when they are first shown.
 */
import { ApplicationService } from "../../generated/client/argus/v1/application_service.shapes.ts";
import { AuthService } from "../../generated/client/argus/v1/auth_service.shapes.ts";
import { InstanceService } from "../../generated/client/argus/v1/instance_service.shapes.ts";
import { LogService } from "../../generated/client/argus/v1/log_service.shapes.ts";
import { UserService } from "../../generated/client/argus/v1/user_service.shapes.ts";
import type { CallOptions, Client } from "../client/client.ts";
import { jsonServiceOf } from "../client/json-service.ts";
import type { RpcOptions } from "../client/rpc.ts";
import { open, own } from "./session.ts";

function clientOf(options: RpcOptions): Client {
  return {
    auth: jsonServiceOf<Client["auth"]>("AuthService", AuthService, options),
    applications: jsonServiceOf<Client["applications"]>(
      "ApplicationService",
      ApplicationService,
      options,
    ),
    users: jsonServiceOf<Client["users"]>("UserService", UserService, options),
    logs: jsonServiceOf<Client["logs"]>("LogService", LogService, options),
    instance: jsonServiceOf<Client["instance"]>("InstanceService", InstanceService, options),
    with: (more: CallOptions) =>
      clientOf({ ...options, ...more, headers: { ...options.headers, ...more.headers } }),
  };
}

/** As the person. */
export const manage = clientOf(own);
/** As nobody: for codes that prove themselves. */
export const door = clientOf(open);
