/** Shapes read and write what the server's own messages do, and give what the generated client does. */
import fc from "fast-check";
import { expect, test } from "vitest";
import * as clientApplications from "../../generated/client/argus/v1/application_service.ts";
import * as clientAuth from "../../generated/client/argus/v1/auth_service.ts";
import * as clientEntry from "../../generated/client/argus/v1/entry.ts";
import * as clientInstance from "../../generated/client/argus/v1/instance_service.ts";
import * as clientLogs from "../../generated/client/argus/v1/log_service.ts";
import * as clientUsers from "../../generated/client/argus/v1/user_service.ts";
import * as applications from "../../generated/client/argus/v1/application_service.shapes.ts";
import * as auth from "../../generated/client/argus/v1/auth_service.shapes.ts";
import * as entry from "../../generated/client/argus/v1/entry.shapes.ts";
import * as instance from "../../generated/client/argus/v1/instance_service.shapes.ts";
import * as logs from "../../generated/client/argus/v1/log_service.shapes.ts";
import * as users from "../../generated/client/argus/v1/user_service.shapes.ts";
import * as serverApplications from "../../generated/server/argus/v1/application_service.ts";
import * as serverAuth from "../../generated/server/argus/v1/auth_service.ts";
import * as serverEntry from "../../generated/server/argus/v1/entry.ts";
import * as serverInstance from "../../generated/server/argus/v1/instance_service.ts";
import * as serverLogs from "../../generated/server/argus/v1/log_service.ts";
import * as serverUsers from "../../generated/server/argus/v1/user_service.ts";
import { arbMessage, type ServerMessage } from "../../test/support/arb-message.ts";
import { jsonOfMessage, messageOfJson, type Shape } from "./json-message.ts";

interface ClientMessage {
  decode(bytes: Uint8Array): object;
}

const SERVER = {
  ...serverApplications,
  ...serverAuth,
  ...serverEntry,
  ...serverInstance,
  ...serverLogs,
  ...serverUsers,
} as unknown as Readonly<Record<string, ServerMessage>>;
const CLIENT = {
  ...clientApplications,
  ...clientAuth,
  ...clientEntry,
  ...clientInstance,
  ...clientLogs,
  ...clientUsers,
} as unknown as Readonly<Record<string, ClientMessage>>;
const SHAPES = Object.entries({
  ...applications,
  ...auth,
  ...entry,
  ...instance,
  ...logs,
  ...users,
}).flatMap(([name, shape]) => (Array.isArray(shape) ? [[name, shape as unknown as Shape]] : []));

/** As the server writes. */
const WRITE = { emitDefaultValues: true, useProtoFieldName: true };

test("there is a shape for every message", () => {
  const messages = Object.entries(SERVER)
    .filter(([, one]) => typeof one === "object" && "fields" in one)
    .map(([name]) => name);
  expect(new Set(SHAPES.map(([name]) => name))).toEqual(new Set(messages));
});

test.each(SHAPES as [string, Shape][])("%s is read and written as it was sent", (name, shape) => {
  const [server, client] = [SERVER[name], CLIENT[name]];
  if (server === undefined || client === undefined) throw new Error(`there is no ${name}`);
  fc.assert(
    fc.property(arbMessage(server), (sent) => {
      const read = messageOfJson(shape, JSON.parse(server.toJsonString(sent, WRITE)));
      expect(read).toEqual(client.decode(server.toBinary(sent)));
      const back = server.fromJsonString(JSON.stringify(jsonOfMessage(shape, read)));
      expect(server.toBinary(back)).toEqual(server.toBinary(sent));
    }),
    { numRuns: 30 },
  );
});

test("what an older server does not answer is as in a message without it", () => {
  expect(messageOfJson(logs.QueryResponse, {})).toEqual(
    CLIENT["QueryResponse"]?.decode(new Uint8Array()),
  );
});

test("a severity between two levels keeps its number", () => {
  expect(messageOfJson(entry.LogEntry, { level: 11 })).toMatchObject({ level: 11 });
  expect(jsonOfMessage(entry.LogEntry, { level: 11 })).toEqual({ level: 11 });
});

test.each([[[]], ["text"], [7]])("%j is no message", (stats) => {
  expect(() => messageOfJson(logs.QueryResponse, { stats })).toThrow(TypeError);
});
