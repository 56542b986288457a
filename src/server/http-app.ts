/**
 * Which path is answered by what. Invariant: everything under /twirp answers in Twirp JSON, before express sees it.
 */
import express, { type Express } from "express";
import type { IncomingMessage, ServerResponse } from "node:http";
import { description } from "../endpoints/description.ts";
import { exportEndpoint } from "../endpoints/export.ts";
import { exportTicketEndpoint } from "../endpoints/export-ticket.ts";
import { health, ready } from "../endpoints/health.ts";
import { jwks } from "../endpoints/jwks.ts";
import { metrics } from "../endpoints/metrics.ts";
import { page } from "../endpoints/page.ts";
import { tail } from "../endpoints/tail.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { BatchId } from "../domain/ids.ts";
import type { Clock } from "../domain/clock.ts";
import type { Logger } from "../domain/logger.ts";
import type { Labels } from "../domain/meter.ts";
import { endpoint, type EndpointDeps, type EndpointHandler, jsonAnswer } from "../http/endpoint.ts";
import { problemOfHead } from "../http/head.ts";
import { answerLastErrors } from "../http/last-errors.ts";
import type { ExchangeDeps } from "../http/exchange.ts";
import type { Admission } from "../ingest/admission.ts";
import type { Ingest } from "../ingest/ingest.ts";
import { ndjsonEndpoint } from "../protocols/ndjson/endpoint.ts";
import { applicationService } from "../rpc/application/application-service.ts";
import { authService } from "../rpc/auth/auth-service.ts";
import { admitBy, authenticateBy, noteRefusalsBy } from "../rpc/auth/caller.ts";
import { createLinks } from "../rpc/auth/links.ts";
import { createSessionCookie } from "../rpc/auth/session-cookie.ts";
import type { InstanceFacts } from "../rpc/instance/get-instance.ts";
import { instanceService } from "../rpc/instance/instance-service.ts";
import { entryJson } from "../rpc/log/messages.ts";
import { logService, rawLogMethods } from "../rpc/log/log-service.ts";
import { isUnder, twirpHandler } from "../rpc/twirp/handler.ts";
import { userService } from "../rpc/user/user-service.ts";
import type { Search } from "../search/search.ts";
import type { LogStore } from "../storage/log-store.ts";
import type { OwnMeter } from "./own-meter.ts";

const TWIRP = "/twirp";
/** Seconds. */
const LATENCY_BOUNDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60];

export interface HttpAppDeps {
  readonly version: string;
  readonly store: InstanceFacts["store"];
  readonly startedAtMs: number;
  readonly publicUrl: URL | undefined;
  readonly pageFolder: string | undefined;
  readonly exchange: ExchangeDeps;
  readonly accounts: Accounts;
  readonly ingest: Ingest;
  /** What the store keeps of an application. */
  readonly stored: LogStore["usage"];
  readonly admission: Admission;
  readonly search: Omit<Search, "tail">;
  readonly follow: Search["tail"];
  readonly meter: OwnMeter;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly newBatchId: () => BatchId;
  /** Why no work is taken now. */
  readonly notReady: () => Promise<string | undefined>;
  /** Aborts when the server drains: streams end then. */
  readonly draining: AbortSignal;
}

export interface HttpApp {
  /** Takes what it answers; see `createHttpServer`. */
  readonly front: (req: IncomingMessage, res: ServerResponse) => boolean;
  readonly app: Express;
}

export function createHttpApp(deps: HttpAppDeps): HttpApp {
  const { accounts, clock, logger } = deps;
  const authenticate = authenticateBy(accounts.authenticator);
  const send = {
    ingest: deps.ingest,
    admission: deps.admission,
    nowMs: () => clock.nowMs(),
    newBatchId: deps.newBatchId,
    onRefused: noteRefusalsBy(accounts.authenticator),
  };
  const calls = deps.meter.counter("argus_rpc_calls_total", "RPCs answered, by method and code.");
  const latency = deps.meter.histogram(
    "argus_rpc_seconds",
    "Time from a request's headers to its answer.",
    LATENCY_BOUNDS,
  );
  const labelsOf = rememberedLabels();
  const requests = deps.meter.counter(
    "argus_http_requests_total",
    "Requests answered beside RPCs, by endpoint and status.",
  );

  const links = createLinks({ publicUrl: deps.publicUrl });
  const twirp = twirpHandler({
    services: [
      authService({
        accounts,
        cookie: createSessionCookie({ clock, publicUrl: deps.publicUrl, prefix: TWIRP }),
      }),
      applicationService({ accounts, clock, links, stored: deps.stored }),
      userService({ accounts, links }),
      instanceService({
        audit: accounts.audit,
        version: deps.version,
        store: deps.store,
        startedAtMs: deps.startedAtMs,
        nodeVersion: process.version,
      }),
      logService({ search: deps.search }),
    ],
    prefix: TWIRP,
    exchange: deps.exchange,
    authenticate,
    admit: admitBy(send.onRefused),
    raw: rawLogMethods(send),
    logger,
    observe: (call) => {
      const labels = labelsOf(call.name, call.code);
      calls.add(1, labels.calls);
      latency.observe(call.elapsedMs / 1000, labels.latency);
    },
  });

  const common: EndpointDeps = {
    exchange: deps.exchange,
    logger,
    authenticate,
    observe: ({ name, status }) => requests.add(1, { endpoint: name, status: String(status) }),
  };
  const app = express();
  app.disable("x-powered-by");
  const other = endpoint(common, "other", () =>
    Promise.resolve(
      jsonAnswer({ error: { kind: "notFound", message: "nothing is served at this path" } }, 404),
    ),
  );
  // The page's files have no exchange of their own, which would refuse it.
  app.use((req, res, next) => {
    if (problemOfHead(req) === undefined) next();
    else other(req, res);
  });
  const get = (path: string, name: string, handler: EndpointHandler): void => {
    app.get(path, endpoint(common, name, handler));
  };
  get("/healthz", "healthz", health(deps));
  get("/readyz", "readyz", ready(deps));
  get("/metrics", "metrics", metrics({ text: () => deps.meter.text() }));
  get("/.well-known/jwks.json", "jwks", jwks({ jwks: () => accounts.signingKeys.jwks() }));
  get(
    "/openapi.json",
    "openapi",
    description({
      contentType: "application/json",
      // Read by few, so its code is not part of a start.
      make: async () => {
        const { openApiDocument } = await import("../rpc/openapi/document.ts");
        const { version, publicUrl } = deps;
        return `${JSON.stringify(openApiDocument({ version, publicUrl, prefix: TWIRP }))}\n`;
      },
    }),
  );
  get(
    "/descriptors.binpb",
    "descriptors",
    description({
      contentType: "application/protobuf",
      make: async () => (await import("../rpc/openapi/contract.ts")).descriptorBytes(),
    }),
  );
  app.all("/ingest/ndjson", endpoint(common, "ndjson", ndjsonEndpoint(send)));
  app.get(
    "/api/v1/tail",
    endpoint(
      common,
      "tail",
      tail({ follow: deps.follow, entryJson, clock, draining: deps.draining }),
      "stream",
    ),
  );
  const exports = endpoint(
    common,
    "export",
    exportEndpoint({
      run: deps.search.export,
      clock,
      draining: deps.draining,
      redeem: async (ticket) => {
        const found = await accounts.exportTickets.find(ticket);
        const { userId, sessionId } = found;
        return {
          parameters: new URLSearchParams(found.parameters),
          principalNow: () => accounts.authenticator.ofSession(userId, sessionId),
          spend: () => found.spend(),
        };
      },
    }),
    "stream",
  );
  app.get("/api/v1/export", exports).post("/api/v1/export", exports);
  app.post(
    "/api/v1/export/ticket",
    endpoint(
      common,
      "export-ticket",
      exportTicketEndpoint({ tickets: accounts.exportTickets, clock }),
    ),
  );
  app.use(
    page({ folder: deps.pageFolder, prefix: (deps.publicUrl?.pathname ?? "").replace(/\/$/, "") }),
  );
  app.use(other);
  app.use(answerLastErrors(logger));

  return {
    front(req, res) {
      if (!isUnder(TWIRP, req.url ?? "/")) return false;
      twirp(req, res);
      return true;
    },
    app,
  };
}

/** What one call's figures are counted under. */
interface CallLabels {
  readonly calls: Labels;
  readonly latency: Labels;
}

/** One object for each method and code, both of closed sets: the meter knows it again. */
function rememberedLabels(): (method: string, code: string) => CallLabels {
  const known = new Map<string, Map<string, CallLabels>>();
  return (method, code) => {
    let codes = known.get(method);
    if (codes === undefined) known.set(method, (codes = new Map<string, CallLabels>()));
    let labels = codes.get(code);
    if (labels === undefined)
      codes.set(code, (labels = { calls: { method, code }, latency: { method } }));
    return labels;
  };
}
