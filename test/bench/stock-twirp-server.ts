/**
 * Stock twirp-ts under express, as its README mounts it, answering one small call with the message that Argus answers:
 * what a unary call is held against.
 */
import express from "express";
import type { TwirpContext } from "twirp-ts";
import { Application, Role } from "../../generated/server/argus/v1/application_service.ts";
import {
  type ApplicationServiceTwirp,
  createApplicationServiceServer,
} from "../../generated/server/argus/v1/application_service.twirp.ts";

const application = Application.create({
  id: "019936c4-0000-7000-8000-000000000000",
  name: "bench",
  title: "bench",
  retentionDays: 30,
  quota: { entriesPerSecond: 0n, bytesPerDay: 0n },
  createdAt: { seconds: 1_790_000_000n, nanos: 123_000_000 },
  role: Role.UNSPECIFIED,
});
const service: Pick<ApplicationServiceTwirp<TwirpContext>, "GetApplication"> = {
  GetApplication: () => Promise.resolve({ application }),
};
const server = createApplicationServiceServer(service as ApplicationServiceTwirp<TwirpContext>);
const app = express();
app.post(server.matchingPath(), server.httpHandler());
const listening = app.listen(0, "127.0.0.1", () => {
  const address = listening.address();
  if (address !== null && typeof address === "object")
    console.log(`http://127.0.0.1:${address.port}`);
});
