/**
 * How long entries are kept, what they take, and what another number of days would do, said before it is saved.
 */
import { type Signal, useSignal } from "@preact/signals";
import type {
  Application,
  GetUsageResponse,
} from "../../../generated/client/argus/v1/application_service.ts";
import { Field, Form, textIn } from "../parts/form.tsx";
import { Loading } from "../parts/loading.tsx";
import { StatusLine } from "../parts/status-line.tsx";
import { dayText, When } from "../parts/when.tsx";
import { manage } from "../manage.ts";
import { keepApplication } from "../session.ts";
import { say } from "../shell/toasts.tsx";
import { timestamp } from "../time-range.ts";
import { type Loaded, useLoaded } from "../use-loaded.ts";
import { bytesText, countText, msOf, roleText } from "../words.ts";
import { type Effect, effectOf, type Stored } from "./retention-effect.ts";
import { StoredChart } from "./stored-chart.tsx";
import { isOwner, NotYours } from "./roles.tsx";

const STEPS = 60;

interface Usage {
  readonly answer: GetUsageResponse;
  readonly stored: Stored;
}

async function readUsage(applicationId: string, signal: AbortSignal): Promise<Usage> {
  const of = manage.with({ signal });
  const answer = await of.applications.GetUsage({ applicationId, days: 31 });
  const nowMs = Date.now();
  const oldestMs = msOf(answer.oldestEntryTime);
  const stored = {
    entries: Number(answer.storedEntries),
    bytes: Number(answer.storedBytes),
    nowMs,
  };
  if (oldestMs === 0) return { answer, stored: { ...stored, steps: [], stepMs: 1 } };
  const { buckets, bucket } = await of.logs.GetHistogram({
    applicationId,
    query: "",
    startTime: timestamp(oldestMs),
    endTime: timestamp(nowMs),
    maxBuckets: STEPS,
    timeZone: "",
    budget: undefined,
  });
  const steps = buckets.map(({ start, counts }) => ({
    startMs: msOf(start),
    entries: Object.values(counts ?? {}).reduce((sum: number, one) => sum + Number(one), 0),
  }));
  return {
    answer,
    stored: { ...stored, steps, stepMs: Math.max(1, Number(bucket?.seconds ?? 0n) * 1000) },
  };
}

export function Retention({ application }: { application: Application }) {
  const applicationId = application.id;
  const usage = useLoaded(
    (signal) => readUsage(applicationId, signal),
    [applicationId, application.retentionDays],
  );
  const days = useSignal(String(application.retentionDays));
  const chosen = /^\d{1,5}$/.test(days.value) ? Number(days.value) : application.retentionDays;
  return (
    <>
      <main class="page">
        <h1>Retention and disk</h1>
        <Loading of={usage} />
        {usage.value !== undefined && (
          <div class="retention">
            <StoredChart
              stored={usage.value.stored}
              keptDays={chosen}
              isChanged={chosen !== application.retentionDays}
            />
            <Figures application={application} usage={usage.value} />
          </div>
        )}
        {/* What is above it comes first: it must not move. */}
        {(usage.value !== undefined || usage.problem !== "") && (
          <Change application={application} usage={usage} days={days} chosen={chosen} />
        )}
      </main>
      <StatusLine
        left={[
          usage.value !== undefined &&
            countText(usage.value.stored.entries, "entry stored", "entries stored"),
          usage.value !== undefined && bytesText(usage.value.stored.bytes),
        ]}
        right={[roleText(application.role)]}
      />
    </>
  );
}

/** @param props.chosen what `days` says, as far as it is a number. */
function Change(props: {
  application: Application;
  usage: Loaded<Usage>;
  days: Signal<string>;
  chosen: number;
}) {
  const { application, usage, days, chosen } = props;
  if (!isOwner(application))
    return (
      <NotYours
        application={application}
        who="Owners"
        what="change how long entries are kept, and limits"
      />
    );
  const effect = usage.value === undefined ? undefined : effectOf(usage.value.stored, chosen);
  const keep = async (): Promise<void> => {
    const { application: changed } = await manage.applications.UpdateApplication({
      applicationId: application.id,
      title: undefined,
      color: undefined,
      retentionDays: chosen,
      quota: undefined,
    });
    if (changed !== undefined) keepApplication(changed);
    say(`Entries are ${keptText(chosen)}`);
  };
  return (
    <>
      <Form action="Save" doing="Saving…" onSubmit={keep}>
        <Field
          label="Days kept"
          name="days"
          type="number"
          min={0}
          value={days.value}
          required
          hint="0 keeps them for ever"
          onInput={(value) => {
            days.value = value;
          }}
        />
        <p class={effect?.deletedEntries ? "effect warn-note" : "effect"} role="status">
          {effectText(effect, chosen, usage)}
        </p>
      </Form>
      <Limits application={application} />
    </>
  );
}

function effectText(effect: Effect | undefined, days: number, usage: Loaded<Usage>): string {
  if (effect === undefined) return usage.problem === "" ? "" : "What it would do is not known now.";
  const { deletedEntries, deletedBytes, levelBytes, levelMs } = effect;
  const head = days === 0 ? "For ever" : countText(days, "day", "days");
  const deletes =
    deletedEntries === 0
      ? "deletes nothing now"
      : `soon deletes about ${countText(deletedEntries, "entry", "entries")}, ${bytesText(deletedBytes)}`;
  const level =
    levelBytes === undefined
      ? days === 0
        ? "; the disk grows for ever"
        : ""
      : `; at the pace of now the disk levels out at about ${bytesText(levelBytes)}${levelMs === undefined ? "" : `, on ${dayText(levelMs)}`}`;
  return `${head}: ${deletes}${level}.`;
}

function Figures(props: { application: Application; usage: Usage }) {
  const { application, usage } = props;
  const { answer, stored } = usage;
  const nextMs = msOf(answer.nextDeletionTime);
  const sentBytes = answer.days.reduce((sum, day) => sum + Number(day.bytes), 0);
  const sentEntries = answer.days.reduce((sum, day) => sum + Number(day.entries), 0);
  const perEntry = stored.entries === 0 ? 0 : stored.bytes / stored.entries;
  const smaller = perEntry === 0 || sentEntries === 0 ? 0 : sentBytes / sentEntries / perEntry;
  return (
    <dl class="amounts">
      <div>
        <dt>Kept for</dt>
        <dd>
          {application.retentionDays === 0
            ? "ever"
            : countText(application.retentionDays, "day", "days")}
        </dd>
        <dd class="under">
          {nextMs === 0 ? (
            "nothing is deleted"
          ) : (
            <>
              next deletion <When ms={nextMs} />
            </>
          )}
        </dd>
      </div>
      <div>
        <dt>On disk now</dt>
        <dd>{bytesText(stored.bytes)}</dd>
        <dd class="under">
          {stored.entries === 0
            ? "nothing stored"
            : `${Math.round(perEntry)} bytes an entry${smaller > 1.05 ? `, ${smaller.toFixed(1)}× smaller than sent` : ""}`}
        </dd>
      </div>
      <div>
        <dt>Sent in 31 days</dt>
        <dd>{countText(sentEntries, "entry", "entries")}</dd>
        <dd class="under">{bytesText(sentBytes)} as decoded</dd>
      </div>
      <div>
        <dt>Newest entry</dt>
        <dd>
          <When ms={msOf(answer.newestEntryTime)} never="none" />
        </dd>
        <dd class="under">
          oldest <When ms={msOf(answer.oldestEntryTime)} never="none" />
        </dd>
      </div>
    </dl>
  );
}

function Limits({ application }: { application: Application }) {
  const { quota } = application;
  const submit = async (form: FormData): Promise<void> => {
    const { application: changed } = await manage.applications.UpdateApplication({
      applicationId: application.id,
      title: undefined,
      color: undefined,
      retentionDays: undefined,
      quota: {
        entriesPerSecond: BigInt(textIn(form, "rate")),
        bytesPerDay: BigInt(Math.round(Number(textIn(form, "bytes")) * 1e6)),
      },
    });
    if (changed !== undefined) keepApplication(changed);
    say("Limits saved");
  };
  return (
    <section class="limits">
      <h2>Limits</h2>
      <p class="quiet">
        What is sent beyond them is refused, with the time to come back; programs that retry lose
        nothing.
      </p>
      <Form action="Save the limits" doing="Saving…" onSubmit={submit}>
        <Field
          label="Entries a second"
          name="rate"
          type="number"
          min={0}
          value={String(quota?.entriesPerSecond ?? 0)}
          required
          hint="0 is no limit"
        />
        <Field
          label="Megabytes a day"
          name="bytes"
          type="number"
          min={0}
          value={String(Number(quota?.bytesPerDay ?? 0n) / 1e6)}
          required
          hint="Of bodies as decoded; 0 is no limit"
        />
      </Form>
    </section>
  );
}

function keptText(days: number): string {
  return days === 0 ? "kept for ever" : `kept for ${countText(days, "day", "days")}`;
}
