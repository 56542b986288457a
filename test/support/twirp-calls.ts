/** Paths, headers and a service of sizes, for tests of the Twirp handler. */
import { SendLogsResponse } from "../../generated/server/argus/v1/log_service.ts";
import type { RigOptions } from "./twirp-rig.ts";

export const JSON_TYPE = { "content-type": "application/json" };
export const PROTOBUF = { "content-type": "application/protobuf" };
export const SETUP = "/twirp/argus.v1.AuthService/GetSetupState";
export const LOGIN = "/twirp/argus.v1.AuthService/Login";
export const SEND = "/twirp/argus.v1.LogService/SendLogs";

/** Login answers with the length of the email, SendLogs with the length of its raw body. */
export const sizes: RigOptions = {
  auth: {
    Login: (_ctx, request) =>
      Promise.resolve({ accessToken: String(request.email.length), refreshToken: "" }),
  },
  twirp: {
    raw: {
      "argus.v1.LogService/SendLogs": (_ctx, body, encoding) =>
        Promise.resolve(
          encoding === "json"
            ? JSON.stringify({ bytes: body.length })
            : SendLogsResponse.toBinary(SendLogsResponse.create({ accepted: body.length })),
        ),
    },
  },
};

export interface ErrorAnswer {
  readonly code: string;
  readonly msg: string;
  readonly meta?: Readonly<Record<string, string>>;
}

export function errorOf(text: string): ErrorAnswer {
  return JSON.parse(text) as ErrorAnswer;
}
