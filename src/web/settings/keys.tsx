/**
 * API keys of an application: made, replaced, ended, and how to send with one. A secret is shown once, when it is made;
 * leaving before it was copied asks.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type {
  ApiKey,
  Application,
} from "../../../generated/client/argus/v1/application_service.ts";
import { Scope } from "../../../generated/client/argus/v1/application_service.shapes.ts";
import { useArrivals } from "../arrivals.ts";
import { useRefusal } from "../refusals.ts";
import { SampleLine } from "../list/sample-line.tsx";
import { Loading } from "../parts/loading.tsx";
import { Snippets } from "../parts/snippets.tsx";
import { StatusLine } from "../parts/status-line.tsx";
import { useGuard } from "../route.ts";
import { manage } from "../manage.ts";
import { allPages, PAGE_SIZE, useLoaded } from "../use-loaded.ts";
import { When } from "../parts/when.tsx";
import { countText, msOf, roleText, shownText } from "../words.ts";
import { KeyTable } from "./key-table.tsx";
import { HowToSend } from "./how-to-send.tsx";
import { LeaveKey, type MadeKey, ReadyKey } from "./ready-key.tsx";
import { NewKey } from "./new-key.tsx";
import { Revoke, Rotate } from "./key-dialogs.tsx";
import { isEditor, isOwner, NotYours } from "./roles.tsx";

const MINUTE_MS = 60_000;

type Doing =
  | { readonly kind: "new" }
  | { readonly kind: "rotate" | "revoke"; readonly key: ApiKey }
  | undefined;

export function Keys(props: { application: Application }) {
  const { application } = props;
  if (!isEditor(application))
    return (
      <>
        <main class="page">
          <h1>API keys</h1>
          <NotYours application={application} who="Owners and editors" what="see and make keys" />
        </main>
        <StatusLine left={[application.title]} right={[roleText(application.role)]} tone="quiet" />
      </>
    );
  return <OwnKeys application={application} />;
}

function OwnKeys({ application }: { application: Application }) {
  const applicationId = application.id;
  /** Those that somebody still comes with. */
  const revoked = useSignal<readonly ApiKey[]>([]);
  const keys = useLoaded<readonly ApiKey[]>(
    (signal) =>
      allPages(async (pageToken) => {
        const answer = await manage
          .with({ signal })
          .applications.ListApiKeys({ applicationId, pageSize: PAGE_SIZE, pageToken });
        if (pageToken === "") revoked.value = answer.revoked;
        return { items: answer.apiKeys, next: answer.nextPageToken };
      }),
    [applicationId],
  );
  const doing = useSignal<Doing>(undefined);
  const made: Signal<MadeKey | undefined> = useSignal<MadeKey | undefined>(undefined);
  const isCopied = useSignal(false);
  /** Since when how to send is open. */
  const shows = useSignal<number | undefined>(undefined);
  useGuard(made.value !== undefined && !isCopied.value);
  const arrivals = useArrivals(
    made.value?.scopes.includes(Scope.SCOPE_INGEST) === true ? applicationId : "",
    made.value?.madeMs ?? 0,
  ).value;
  const refusal = useRefusal(
    made.value === undefined ? "" : applicationId,
    made.value?.madeMs ?? 0,
  ).value;
  useEffect(() => {
    isCopied.value = false;
  }, [made.value?.secret]);
  // Each way that brought something used the key.
  const ways = arrivals.by.size;
  useEffect(() => {
    if (ways > 0) keys.reload();
  }, [ways]);

  const close = (): void => {
    doing.value = undefined;
  };
  const show = (key: MadeKey): void => {
    close();
    made.value = key;
    scrollTo(0, 0);
    keys.reload();
  };
  const list = keys.value ?? [];
  const active = list.filter((key) => Date.now() - msOf(key.lastUsedAt) < MINUTE_MS).length;
  const now = doing.value;
  return (
    <>
      <main class="page">
        <header class="page-head">
          <div>
            <h1>API keys</h1>
            <p class="quiet">
              A key belongs to this application and may write entries, read them, or both. Only its
              hash is stored.
            </p>
          </div>
          <button
            type="button"
            aria-expanded={shows.value !== undefined}
            onClick={() => (shows.value = shows.value === undefined ? Date.now() : undefined)}
          >
            How to send
          </button>
          <button type="button" class="main" onClick={() => (doing.value = { kind: "new" })}>
            New key
          </button>
        </header>
        {made.value !== undefined && (
          <ReadyKey
            made={made.value}
            onCopied={() => (isCopied.value = true)}
            onDone={() => {
              isCopied.value = true;
              made.value = undefined;
            }}
          />
        )}
        <Loading of={keys} />
        {keys.value !== undefined && list.length === 0 && (
          <p class="quiet">No keys yet. Programs need one to write.</p>
        )}
        {list.length > 0 && (
          <KeyTable
            keys={list}
            mayChange={(key) => isOwner(application) || onlyWrites(key)}
            onRotate={(key) => (doing.value = { kind: "rotate", key })}
            onRevoke={(key) => (doing.value = { kind: "revoke", key })}
          />
        )}
        {revoked.value.map((key) => (
          <p class="warn-text" key={key.id} title={key.lastRefusedBy}>
            “{shownText(key.name)}” was revoked, and somebody still comes with it:{" "}
            {shownText(key.lastRefusedBy)}, <When ms={msOf(key.lastRefusedAt)} />.
          </p>
        ))}
        {made.value === undefined && shows.value !== undefined && (
          <section class="how">
            <h2>How to send</h2>
            <HowToSend application={application} sinceMs={shows.value} />
          </section>
        )}
        {made.value !== undefined && (
          <section class="how">
            <h2>How to send with “{made.value.name}”</h2>
            <Snippets
              key={made.value.secret}
              app={application.name}
              secret={made.value.secret}
              makesKeys
              scopes={made.value.scopes}
              arrivals={arrivals}
              refusal={refusal}
            />
            {arrivals.first !== undefined && <SampleLine entry={arrivals.first} />}
          </section>
        )}
      </main>
      <StatusLine
        left={[
          keys.value !== undefined && countText(list.length, "key", "keys"),
          active > 0 && `${active} active in the last minute`,
        ]}
        right={[roleText(application.role)]}
      />
      {now?.kind === "new" && <NewKey application={application} onMade={show} onClose={close} />}
      {now?.kind === "rotate" && <Rotate of={now.key} onMade={show} onClose={close} />}
      {now?.kind === "revoke" && (
        <Revoke of={now.key} list={keys} onDone={keys.reload} onClose={close} />
      )}
      <LeaveKey made={made} isCopied={isCopied} />
    </>
  );
}

function onlyWrites({ scopes }: ApiKey): boolean {
  return scopes.every((scope) => scope === Scope.SCOPE_INGEST);
}
