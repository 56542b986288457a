/**
 * An entry at the side of the list: its fields, as JSON, among its neighbours, with its trace, as it came.
 * Invariants: the tab, what is folded and the place survive moving to another entry; the panel covers the list only
 * where there is no room beside it, and is a dialog then.
 */
import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { LogEntry } from "../../../generated/client/argus/v1/entry.ts";
import { Icon } from "../parts/icon.tsx";
import { isNarrower } from "../text-size.ts";
import { levelName, shownText, timeMs } from "../words.ts";
import { FEW_COLUMNS, templateOf } from "./columns.ts";
import { LensAbove, LensBelow, LensLine } from "./context-rows.tsx";
import { preciseTime, WholeMessage } from "./entry-details.tsx";
import type { LineLook } from "./entry-line.tsx";
import { type FieldActions, FieldList, fieldsOf } from "./field-list.tsx";
import { Glyph } from "./glyph.tsx";
import { JsonTree } from "./json-tree.tsx";
import { LongText } from "./long-text.tsx";
import { ContextStrip, TraceStrip } from "./panel-strips.tsx";
import { jsonOf, type PanelTab, panelTabAfter, TABS } from "./panel-tabs.ts";
import { TraceTab } from "./trace-entries.tsx";
import { type ReadContext, useContextOf } from "./use-context.ts";
import type { ReadTrace } from "./use-trace.ts";

const MIN_PX = 360;
const MAX_PX = 900;
const WIDTH_KEY = "argus.panel";
const RAW_CHARS = 32_768;

export function Panel(props: {
  entry: LogEntry;
  tab: PanelTab;
  /** "7 of 48,213" */
  position: string;
  look: LineLook;
  zone: string;
  ascending: boolean;
  fields: FieldActions;
  open: Signal<string>;
  readContext: ReadContext;
  readTrace: ReadTrace;
  matches: (id: string) => boolean;
  onTab: (tab: PanelTab) => void;
  onStep: (step: 1 | -1) => void;
  onLink: () => void;
  onClose: () => void;
  onQuery: (query: string) => void;
}) {
  const { entry, tab } = props;
  const around = useSignal(5);
  const level = levelName(entry);
  const isCovering = isNarrower(1200);
  const look = useMemo(
    (): LineLook => ({ ...props.look, columns: FEW_COLUMNS, wrap: false }),
    [props.look],
  );
  const from = entry.service === "" ? "" : shownText(entry.service);
  const on = entry.host === "" ? "" : ` on ${shownText(entry.host)}`;
  return (
    <div
      class="panel"
      style={{ "--columns": templateOf(FEW_COLUMNS) }}
      role={isCovering ? "dialog" : "complementary"}
      aria-label={`Entry: ${shownText(entry.message.slice(0, 80))}`}
    >
      <PanelEdge />
      <header class={`panel-head lv-${level}`}>
        <div class="panel-line">
          <button
            type="button"
            class="plain phone-only"
            aria-label="Back to the list"
            onClick={props.onClose}
          >
            <Icon name="left" />
          </button>
          <Glyph level={level} />
          <strong class={`lv-${level}`}>{level}</strong>
          <span class="quiet cut">
            {from}
            {on}
          </span>
          <span class="grow" />
          <span class="quiet position">{props.position}</span>
          <button
            type="button"
            class="plain"
            aria-label="Previous entry"
            title="Previous entry (k)"
            onClick={() => props.onStep(-1)}
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            class="plain"
            aria-label="Next entry"
            title="Next entry (j)"
            onClick={() => props.onStep(1)}
          >
            <Icon name="down" />
          </button>
          <button
            type="button"
            class="plain"
            aria-label="Copy link"
            title="Copy a link to it (y)"
            onClick={props.onLink}
          >
            <Icon name="link" />
          </button>
          <button
            type="button"
            class="plain"
            aria-label="Close the panel"
            title="Close (Esc)"
            onClick={props.onClose}
          >
            <Icon name="close" />
          </button>
        </div>
        <WholeMessage key={entry.id} text={entry.message} />
        <p class="panel-time">
          {preciseTime(entry, props.zone)}, <Age ms={timeMs(entry)} />
        </p>
      </header>
      <div class="tab-list" role="tablist" aria-label="Entry as">
        {TABS.map(([name, title]) => (
          <button
            type="button"
            key={name}
            role="tab"
            id={`panel-tab-${name}`}
            aria-controls="panel-body"
            aria-selected={tab === name}
            tabIndex={tab === name ? 0 : -1}
            onKeyDown={(event) => {
              const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key] as 1 | -1 | undefined;
              if (step === undefined) return;
              event.preventDefault();
              const to = panelTabAfter(tab, step);
              props.onTab(to);
              document.getElementById(`panel-tab-${to}`)?.focus();
            }}
            onClick={() => props.onTab(name)}
          >
            {title} {name === "fields" && <span class="count">{fieldsOf(entry).length}</span>}
          </button>
        ))}
      </div>
      <div
        class="panel-body"
        id="panel-body"
        role="tabpanel"
        aria-labelledby={`panel-tab-${tab}`}
        tabIndex={0}
      >
        {tab === "fields" && (
          <>
            <FieldList entry={entry} actions={props.fields} open={props.open} />
            {entry.traceId !== "" && (
              <TraceStrip
                entry={entry}
                read={props.readTrace}
                onOpen={() => props.onTab("trace")}
              />
            )}
            <ContextStrip
              entry={entry}
              look={look}
              ascending={props.ascending}
              matches={props.matches}
              read={props.readContext}
              onOpen={() => props.onTab("context")}
            />
          </>
        )}
        {tab === "json" && <JsonTree value={jsonOf(entry)} open />}
        {tab === "context" && (
          <ContextTab
            entry={entry}
            count={around.value}
            look={look}
            ascending={props.ascending}
            matches={props.matches}
            read={props.readContext}
            onCount={(next) => (around.value = next)}
          />
        )}
        {tab === "trace" && (
          <TraceTab entry={entry} read={props.readTrace} onQuery={props.onQuery} />
        )}
        {tab === "raw" && (
          <pre class="raw">
            <LongText
              key={entry.id}
              text={JSON.stringify(jsonOf(entry), null, 2)}
              most={RAW_CHARS}
            />
          </pre>
        )}
      </div>
    </div>
  );
}

function ContextTab(props: {
  entry: LogEntry;
  count: number;
  look: LineLook;
  ascending: boolean;
  matches: (id: string) => boolean;
  read: ReadContext;
  onCount: (count: number) => void;
}) {
  const { entry } = props;
  const context = useContextOf(entry, props.count, props.ascending, props.read);
  const lens = { ...props, context };
  return (
    <>
      <LensAbove {...lens} />
      <ul class="lens-rows lens-anchor">
        <LensLine
          row={entry}
          above={context.around.value?.above.at(-1)}
          look={props.look}
          matches={props.matches}
          anchor
        />
      </ul>
      <LensBelow {...lens} />
    </>
  );
}

/** The edge that is dragged; keys move it, too. */
function PanelEdge() {
  /** From the pointer to the right end of the panel, beyond its width: it is seldom taken at its very line. */
  const grip = useRef(0);
  const edge = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const stored = Number(localStorage.getItem(WIDTH_KEY));
    const px = stored >= MIN_PX ? setWidth(stored) : widthPx();
    edge.current?.setAttribute("aria-valuenow", String(px));
  }, []);
  const widthPx = (): number => document.querySelector<HTMLElement>(".panel")?.offsetWidth ?? 468;
  return (
    <div
      ref={edge}
      class="panel-edge"
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the panel"
      aria-valuemin={MIN_PX}
      aria-valuemax={MAX_PX}
      aria-valuenow={468}
      tabIndex={0}
      onKeyDown={(event) => {
        const step = { ArrowLeft: 24, ArrowRight: -24 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        event.currentTarget.setAttribute("aria-valuenow", String(setWidth(widthPx() + step)));
      }}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        grip.current = innerWidth - event.clientX - widthPx();
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId))
          event.currentTarget.setAttribute(
            "aria-valuenow",
            String(setWidth(innerWidth - event.clientX - grip.current)),
          );
      }}
    />
  );
}

function setWidth(px: number): number {
  const width = Math.round(Math.min(MAX_PX, Math.max(MIN_PX, px)));
  document.documentElement.style.setProperty("--w-panel-own", `${width}px`);
  localStorage.setItem(WIDTH_KEY, String(width));
  return width;
}

function Age(props: { ms: number }) {
  const seconds = Math.round((Date.now() - props.ms) / 1000);
  if (seconds < 0) return <>ahead of this clock</>;
  const [count, unit] =
    seconds < 120
      ? [seconds, "s"]
      : seconds < 7200
        ? [Math.round(seconds / 60), "min"]
        : seconds < 172_800
          ? [Math.round(seconds / 3600), "h"]
          : [Math.round(seconds / 86_400), "days"];
  return <>{`${count} ${unit} ago`}</>;
}
