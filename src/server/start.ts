/**
 * Puts a server together and takes it apart.
 * Invariants: what is opened is closed in the reverse order, whatever fails; after `close` begins no request is taken,
 * what was accepted is finished, and the store is closed last.
 */
import { randomBytes, randomUUIDv7 } from "node:crypto";
import { MessageChannel } from "node:worker_threads";
import { type Accounts, createAccounts } from "../accounts/accounts.ts";
import { systemEntropy } from "../auth/entropy.ts";
import { invalid } from "../domain/fault.ts";
import { type AppId, parseBatchId } from "../domain/ids.ts";
import { LIMITS, MiB } from "../domain/limits.ts";
import type { Logger } from "../domain/logger.ts";
import { BodyBudget } from "../http/body.ts";
import { requestIdsOf } from "../http/request-id.ts";
import { createHttpServer, listen } from "../http/server.ts";
import { UnreadAnswers } from "../http/unread-answers.ts";
import { createAdmission } from "../ingest/admission.ts";
import { answerInTime } from "../ingest/answer-in-time.ts";
import { createIngest } from "../ingest/ingest.ts";
import { createQuotas } from "../ingest/quota.ts";
import { withinQuota } from "../ingest/within-quota.ts";
import { engineOpener } from "../search/engine-opener.ts";
import { sharedLooks } from "../search/looks.ts";
import { createSearch } from "../search/search.ts";
import { type LogStore, MAX_BUCKET } from "../storage/log-store.ts";
import { applyRetention } from "../upkeep/retention.ts";
import { someKeyWrites, tellingFirstKey } from "./first-key.ts";
import { createHttpApp, type HttpApp } from "./http-app.ts";
import { reachableHost } from "./listen-address.ts";
import { createMergeBacklog } from "./merge-backlog.ts";
import { createOwnMeter } from "./own-meter.ts";
import { openStore } from "./open-store.ts";
import type { ServerSettings } from "./settings.ts";
import { systemClock as clock } from "./system-clock.ts";
import { serveAccounts } from "./threads/account-calls.ts";
import { openEncodeThread } from "./threads/open-encode-thread.ts";
import { openSearchThread } from "./threads/open-search-thread.ts";
import { openUpkeepThread } from "./threads/open-upkeep-thread.ts";
import { tendUsage } from "./tend-usage.ts";
import { createWakeUps } from "./wake-ups.ts";
import { whileStarting } from "./while-starting.ts";

/** Bodies of all requests at once, as sent and inflated: a few of the largest, hundreds of usual ones. */
const BODIES_BYTES = 192 * MiB;
/** Of answers above 1 MiB that wait for their readers: a dozen of the largest. */
const ANSWERS_BYTES = 192 * MiB;
/** Requests in flight get this long to be answered when the server drains. */
const DRAIN_MS = 15_000;
/**
 * A commit to a cluster waits for nodes and not for one disk: as many as may be on their way make the rows that ticks
 * make, and none waits for another's.
 */
const SHARED_COMMITS = 8;
/** How long the store may take to say that it is there. */
const READY_MS = 2_000;

export interface RunningServer {
  /** Where it is reached from this machine. */
  readonly url: string;
  /** For the first person, while there is no owner. */
  readonly setupUrl: string | undefined;
  /** Whether there was a key that writes when it started. */
  readonly canSend: boolean;
  /** Stops intake, finishes what was accepted, closes the store. */
  close(): Promise<void>;
}

export interface StartDeps {
  readonly version: string;
  /** Folder of the built page; undefined where there is none. */
  readonly pageFolder: string | undefined;
  readonly logger: Logger;
  /** Threads write their own logs in this form. */
  readonly pretty: boolean;
  /** Told of a failure that the process cannot go on with. */
  readonly onFatal: (error: Error) => void;
  /** Told when the first key that writes is made, unless one was there at the start. */
  readonly onFirstKey: () => void;
}

/** Throws FaultError for a folder in use, a newer store or a certificate that is none, and Node's errors for an address that cannot be had. */
export async function startServer(
  settings: ServerSettings,
  deps: StartDeps,
): Promise<RunningServer> {
  const { logger } = deps;
  await using opened = new AsyncDisposableStack();
  const meter = createOwnMeter();
  const draining = new AbortController();

  const { pretty, onFatal } = deps;
  const store = opened.use(
    await openStore(settings.store, { clock, logger, pretty, onEnd: onFatal }),
  );
  const encoder = opened.use(openEncodeThread(onFatal));
  const search = opened.use(openSearchThread(store.searchStart(), onFatal));
  const backlog = createMergeBacklog({ meter, clock });
  const isShared = settings.store.kind !== "sqlite";

  const admission = createAdmission({
    retentionDays: async (app) => (await accounts.applications.get(app)).retentionDays,
    floor: (app) => store.logs.floor(app),
    clockAheadMs: () => store.clockAheadMs(),
    clock,
  });
  const quotas = createQuotas({
    quotaOf: async (app) => (await accounts.applications.get(app)).quota,
    bytesToday: async (app) => (await accounts.usage.days(app, clock.nowMs())).at(-1)?.bytes ?? 0,
    clock,
    meter,
  });
  const accounts: Accounts = opened.use(
    createAccounts({
      records: store.records,
      clock,
      entropy: systemEntropy,
      logger,
      clockAheadMs: () => store.clockAheadMs(),
      events: {
        onDeleted: async (app) => {
          await store.logs.raiseFloor(app, MAX_BUCKET);
          admission.forget(app);
        },
        onRetentionChanged: async (id, retentionDays) => {
          admission.forget(id);
          await applyRetention({ id, retentionDays }, store.logs, clock.nowMs());
        },
        onQuotaChanged: (app) => quotas.forget(app),
      },
    }),
  );
  opened.use(tendUsage({ usage: accounts.usage, clock, logger }));
  const ofUpkeep = new MessageChannel();
  serveAccounts(accounts, ofUpkeep.port1);
  opened.use(
    openUpkeepThread(
      { store: store.connect(), accounts: ofUpkeep.port2, isShared, pretty },
      { onEnd: onFatal, onBacklog: (seen) => backlog.saw(seen) },
    ),
  );

  const wakeUps = createWakeUps();
  const commit: LogStore["commit"] = async (rows) => {
    const apps = new Set(rows.map(({ app }) => app));
    const outcome = await store.logs.commit(rows);
    for (const app of apps) wakeUps.wake(app);
    return outcome;
  };
  const ingest = opened.use(
    createIngest({
      store: {
        known: (batches) => store.logs.known(batches),
        commit,
      },
      encode: encoder.encode,
      clock,
      meter,
      logger,
      ...(isShared ? { commitsInFlight: SHARED_COMMITS } : {}),
      onStored: (app, entries, bytes) => {
        quotas.spent(app, entries, bytes);
        accounts.usage.add(app, entries, bytes);
      },
    }),
  );
  const taken = withinQuota(ingest, quotas);
  const follower = createSearch({
    store: store.logs,
    opener: engineOpener,
    clock,
    // Where several epochs are open each look reads all their rows: not with every commit, but once a second, for all tails.
    ...(isShared
      ? { looks: sharedLooks(store.logs, clock) }
      : { woken: (app: AppId, signal: AbortSignal) => wakeUps.woken(app, signal) }),
    received: (request, signal) => search.received(request, signal),
  });

  const patiently = whileStarting(clock);
  const setupCode = await patiently(() => prepareOwner(settings, accounts));
  const canSend = await patiently(() => someKeyWrites(accounts, clock.nowMs()));
  const { front, app } = createHttpApp({
    version: deps.version,
    store: settings.store.kind,
    startedAtMs: clock.nowMs(),
    publicUrl: settings.publicUrl,
    pageFolder: deps.pageFolder,
    exchange: {
      clock,
      newRequestId: requestIdsOf(randomBytes(9).toString("base64url")),
      limits: { bodyBytes: LIMITS.bodyBytes, inflatedBytes: LIMITS.inflatedBytes },
      budget: new BodyBudget(BODIES_BYTES),
      answers: new UnreadAnswers(ANSWERS_BYTES),
      trustProxy: settings.trustProxy,
    },
    accounts: canSend
      ? accounts
      : { ...accounts, apiKeys: tellingFirstKey(accounts.apiKeys, deps.onFirstKey) },
    ingest: isShared ? answerInTime(taken, { clock, logger }) : taken,
    stored: (app) => store.logs.usage(app),
    admission: backlog.guard(admission),
    search,
    follow: (request, signal) => follower.tail(request, signal),
    meter,
    clock,
    logger,
    newBatchId: () => parseBatchId(randomUUIDv7()),
    notReady: async () =>
      draining.signal.aborted ? "the server is stopping" : storeNotReady(store.logs.closedEpoch()),
    draining: draining.signal,
  });
  const { tls } = settings;
  const server = httpServerOf({ front, app }, tls);
  const listening = await listen(server, settings.host, settings.port);
  const host = reachableHost(settings.host);
  const url = `${tls === undefined ? "http" : "https"}://${host}:${listening.address.port}`;
  const stack = opened.move();
  return {
    url,
    canSend,
    setupUrl:
      setupCode === undefined
        ? undefined
        : `${(settings.publicUrl?.href ?? url).replace(/\/$/, "")}/setup#${setupCode}`,
    close: async () => {
      draining.abort();
      await listening.close(DRAIN_MS);
      await stack.disposeAsync();
    },
  };
}

/** Throws `invalid` for a certificate that cannot be served with. */
function httpServerOf(
  { front, app }: HttpApp,
  tls: ServerSettings["tls"],
): ReturnType<typeof createHttpServer> {
  try {
    return createHttpServer(front, app, tls);
  } catch (error) {
    if (tls === undefined) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw invalid("tls", `the certificate and its key cannot be used together: ${reason}`);
  }
}

/** @returns the code of the set-up link while there is no owner and none was named. */
async function prepareOwner(
  settings: ServerSettings,
  accounts: Accounts,
): Promise<string | undefined> {
  const { owner } = settings;
  if (owner !== undefined) await accounts.setup.createOwner({ ...owner, name: "Owner" });
  return accounts.setup.makeCode();
}

async function storeNotReady(answer: Promise<unknown>): Promise<string | undefined> {
  const late = new AbortController();
  try {
    return await Promise.race([
      answer.then(() => undefined),
      clock.sleep(READY_MS, late.signal).then(() => "the store does not answer"),
    ]);
  } catch {
    // Anybody may ask: why it does not is in the own log.
    return "the store does not serve";
  } finally {
    late.abort();
  }
}
