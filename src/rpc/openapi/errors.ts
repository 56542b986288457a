/**
 * Errors in the document: Twirp's under /twirp, `{ "error": … }` elsewhere.
 * Invariants: exhaustive by type over Twirp's codes and over the kinds of faults; statuses are those that are answered.
 */
import { TwirpErrorCode } from "twirp-ts";
import type { FaultKind } from "../../domain/fault.ts";
import { statusOfCode } from "../twirp/status.ts";
import { type JsonSchema, REF } from "./schemas.ts";

/** When a code is answered; null: this server never does. */
const CODE_TEXTS: Readonly<Record<TwirpErrorCode, string | null>> = {
  [TwirpErrorCode.InvalidArgument]:
    "A field cannot be meant (`meta.field` names it), or the body is larger than the limit. A query that cannot be read has `meta.start`, `meta.end`, `meta.expected` and up to three queries that work: `meta.fix_1` to `meta.fix_3`.",
  [TwirpErrorCode.Malformed]: "The body is no such message; `meta.cause` says why.",
  [TwirpErrorCode.Unauthenticated]: "No credential, or one that is not good or not good any more.",
  [TwirpErrorCode.PermissionDenied]: "The credential is good and may not do this.",
  [TwirpErrorCode.NotFound]: "It is not there, or not there for this caller: both read the same.",
  [TwirpErrorCode.BadRoute]: "No such path, not POST, or a Content-Type that is not Twirp's.",
  [TwirpErrorCode.DeadlineExceeded]:
    "The time of `Argus-Timeout-Ms` is over. Whether a change was made by then is open: a batch is sent again as it was.",
  [TwirpErrorCode.Canceled]: "The caller went away.",
  [TwirpErrorCode.AlreadyExists]: "The name or thing exists already.",
  [TwirpErrorCode.Aborted]: "Somebody else changed it at the same time: read it again.",
  [TwirpErrorCode.FailedPrecondition]: "It would break a rule about what is there.",
  [TwirpErrorCode.ResourceExhausted]:
    "A quota or a rate is spent: come back after `Retry-After` seconds.",
  [TwirpErrorCode.Unavailable]: "Overloaded or starting: come back after `Retry-After` seconds.",
  [TwirpErrorCode.Internal]:
    "A bug of Argus; `meta.request_id` names the request in the server's own log.",
  [TwirpErrorCode.DataLoss]: "Stored bytes are damaged.",
  [TwirpErrorCode.Unknown]: null,
  [TwirpErrorCode.OutOfRange]: null,
  [TwirpErrorCode.Unimplemented]: null,
};

/** What a status of an endpoint beside Twirp means, by the kind of the fault; `canceled` has nobody to be told. */
const KINDS: Readonly<Record<Exclude<FaultKind, "canceled"> | "internal", string>> = {
  invalid:
    "Something of the request cannot be meant; `field` names it. Of a bad query as Twirp's `meta`.",
  unauthenticated: "No credential, or one that is not good or not good any more.",
  denied: "The credential is good and may not do this.",
  notFound: "It is not there, or not there for this caller.",
  conflict: "It exists already, or would break a rule about what is there.",
  stale: "Somebody else changed it at the same time.",
  tooLarge: "The body is larger than the limit.",
  overQuota: "A quota or a rate is spent: come back after `Retry-After` seconds.",
  overloaded: "Overloaded: come back after `Retry-After` seconds.",
  deadline:
    "The time of `Argus-Timeout-Ms` is over. Whether a batch was stored by then is open: send it again as it was.",
  corrupt: "Stored bytes are damaged.",
  internal: "A bug of Argus; `request_id` names the request in the server's own log.",
};

const CODES = Object.entries(CODE_TEXTS)
  .filter((entry): entry is [TwirpErrorCode, string] => entry[1] !== null)
  .map(([code, text]) => ({ code, text, status: String(statusOfCode(code)) }));

export const RESPONSE_HEADERS = {
  "X-Request-Id": { $ref: "#/components/headers/X-Request-Id" },
};
const RETRY_HEADERS = {
  ...RESPONSE_HEADERS,
  "Retry-After": { $ref: "#/components/headers/Retry-After" },
};

export const ERROR_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  TwirpError: {
    type: "object",
    description: "What every error under /twirp is, in JSON whatever the request was in.",
    properties: {
      code: {
        description: CODES.map(({ code, text }) => `- \`${code}\`: ${text}`).join("\n"),
        type: "string",
        enum: CODES.map(({ code }) => code),
      },
      msg: { type: "string", description: "A sentence for people." },
      meta: {
        type: "object",
        description: "More about it; left out when there is nothing to say.",
        additionalProperties: { type: "string" },
      },
    },
    required: ["code", "msg"],
  },
  EndpointError: {
    type: "object",
    description: "What every error beside /twirp is.",
    properties: {
      error: {
        type: "object",
        properties: {
          kind: {
            description: Object.entries(KINDS)
              .map(([kind, text]) => `- \`${kind}\`: ${text}`)
              .join("\n"),
            type: "string",
            enum: Object.keys(KINDS),
          },
          message: { type: "string", description: "A sentence for people." },
        },
        additionalProperties: { type: "string" },
        required: ["kind", "message"],
      },
    },
    required: ["error"],
  },
};

/** The responses of errors, as components: `Twirp400` and its like, and `EndpointError`. */
export function errorComponents(): Record<string, JsonSchema> {
  const components: Record<string, JsonSchema> = {
    EndpointError: {
      description: "An error; the kind says which.",
      headers: RETRY_HEADERS,
      content: { "application/json": { schema: { $ref: `${REF}EndpointError` } } },
    },
  };
  for (const [status, codes] of Map.groupBy(CODES, (code) => code.status)) {
    const isBusy = status === "429" || status === "503";
    components[`Twirp${status}`] = {
      description: codes.map(({ code, text }) => `\`${code}\`: ${text}`).join(" "),
      headers: isBusy ? RETRY_HEADERS : RESPONSE_HEADERS,
      content: {
        "application/json": {
          schema: {
            allOf: [
              { $ref: `${REF}TwirpError` },
              { properties: { code: { enum: codes.map(({ code }) => code) } } },
            ],
          },
        },
      },
    };
  }
  return components;
}

/** By status, references to the components: every RPC may answer each of them. */
export function twirpErrorResponses(): Record<string, JsonSchema> {
  const statuses = [...new Set(CODES.map(({ status }) => status))].toSorted();
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/Twirp${status}` }]),
  );
}
