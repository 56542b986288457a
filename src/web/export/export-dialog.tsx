/**
 * Everything that was found as a file: all rows, without a cap.
 * Invariants: while rows stream in the dialog stays and says how far it is; at its end it says whether the file holds as
 * many rows as were counted, or why not. Where the browser lets no page write a file, it downloads one by itself.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import {
  type SharedExport,
  type SharedQuery,
  exportCommand,
  exportCurl,
  fileName,
} from "../../client/shell-commands.ts";
import type { Column } from "../list/columns.ts";
import { Dialog } from "../parts/dialog.tsx";
import { printedName } from "../query/terms.ts";
import type { Search } from "../search.ts";
import { copyAndSay } from "../shell/copied.ts";
import { spanText } from "../time/wall-clock.ts";
import { bytesText, countText, problemOf } from "../words.ts";
import { type RowCount, countRows } from "./count-rows.ts";
import { type Outcome, type Saved, saveExport, ticketLink } from "./save-export.ts";
import { estimateBytes } from "./size-estimate.ts";
import "./export.css";

/** Of browsers that let a page write a file; TypeScript does not know it. */
interface SavingWindow {
  readonly showSaveFilePicker?: (options: {
    readonly suggestedName: string;
  }) => Promise<FileSystemFileHandle>;
}

const FORMATS = [
  ["ndjson", "NDJSON", "a JSON object a line, for programs"],
  ["csv", "CSV", "for spreadsheets"],
] as const;

export function ExportDialog(props: {
  asked: SharedQuery;
  search: Search;
  columns: readonly Column[];
  zone: string;
  onClose: () => void;
}) {
  const { search, columns, zone } = props;
  const format = useSignal<SharedExport["format"]>("ndjson");
  const onlyColumns = useSignal(false);
  const count = useSignal<RowCount | undefined>(undefined);
  const problem = useSignal("");
  const saved = useSignal<Saved | undefined>(undefined);
  const outcome = useSignal<Outcome | undefined>(undefined);
  const isDownloaded = useSignal(false);
  const stop = useRef<AbortController | undefined>(undefined);
  const shown = search.shown.value;
  const answer = search.rows.answer.value;
  const isTable = answer?.table !== undefined;
  const isRunning = saved.value !== undefined && outcome.value === undefined;

  useEffect(() => {
    if (shown === undefined) return;
    const counting = new AbortController();
    const table =
      answer?.table === undefined
        ? undefined
        : { rows: answer.table.rows, isPartial: answer.partial };
    countRows(shown, shown.range, table, counting.signal).then(
      (counted) => (count.value = counted),
      // Without a count there is an export all the same.
      () => undefined,
    );
    return () => counting.abort();
  }, []);
  useEffect(() => () => stop.current?.abort(), []);

  const asked: SharedExport = {
    ...props.asked,
    format: format.value,
    fields:
      onlyColumns.value && !isTable
        ? [...new Set(["time", "level", ...columns.map(({ name }) => name)])]
            .map(printedName)
            .join(", ")
        : "",
  };
  const size =
    count.value === undefined || isTable
      ? undefined
      : estimateBytes(
          search.rows.rows.peek(),
          count.value.rows,
          onlyColumns.value ? columns : undefined,
          format.value,
        );
  const save = async (): Promise<void> => {
    const { showSaveFilePicker: pick } = window as unknown as SavingWindow;
    const own = new AbortController();
    stop.current = own;
    problem.value = "";
    outcome.value = undefined;
    isDownloaded.value = false;
    try {
      if (pick === undefined) {
        download(await ticketLink(asked, own.signal));
        isDownloaded.value = true;
        return;
      }
      const handle = await pick.call(window, { suggestedName: fileName(asked) });
      const file = await handle.createWritable();
      saved.value = { rows: 0, bytes: 0 };
      try {
        outcome.value = await saveExport(asked, file, (now) => (saved.value = now), own.signal);
        // What is not all of it is kept as well: the dialog says so.
        await file.close();
      } catch (error) {
        await file.abort().catch(() => undefined);
        throw error;
      }
    } catch (error) {
      saved.value = undefined;
      outcome.value = undefined;
      // Who closes the browser's own dialog, or ends the export, knows.
      if (!(error instanceof DOMException && error.name === "AbortError") && !own.signal.aborted)
        problem.value = problemOf(error);
    }
  };
  const copy = (text: string, said: string) => (): void => {
    void copyAndSay(text, said);
  };
  return (
    <Dialog
      title="Export"
      onClose={() => {
        // A click beside it ends nothing that runs.
        if (!isRunning) props.onClose();
      }}
    >
      <fieldset disabled={isRunning} class="export-choice">
        <legend>Format</legend>
        {FORMATS.map(([own, name, hint]) => (
          <label key={own}>
            <input
              type="radio"
              name="export-format"
              checked={format.value === own}
              onChange={() => (format.value = own)}
            />{" "}
            {name} <span class="quiet">{hint}</span>
          </label>
        ))}
      </fieldset>
      {!isTable && (
        <fieldset disabled={isRunning} class="export-choice">
          <legend>Of each entry</legend>
          <label>
            <input
              type="radio"
              name="export-fields"
              checked={!onlyColumns.value}
              onChange={() => (onlyColumns.value = false)}
            />{" "}
            Everything
          </label>
          <label>
            <input
              type="radio"
              name="export-fields"
              checked={onlyColumns.value}
              onChange={() => (onlyColumns.value = true)}
            />{" "}
            The columns of the list{" "}
            <span class="quiet">{columns.map(({ name }) => name).join(", ")}</span>
          </label>
        </fieldset>
      )}
      <p>
        <b>{countedText(count.value, isTable)}</b>
        {size !== undefined && `, about ${bytesText(size)}`}
        {shown !== undefined && (
          <span class="quiet">
            {" "}
            · {spanText(shown.range.startMs, shown.range.endMs, zone, Date.now())} {zone}
          </span>
        )}
      </p>
      {saved.value !== undefined && (
        <ProgressLine saved={saved.value} count={count.value} isRunning={isRunning} />
      )}
      {outcome.value !== undefined && <End outcome={outcome.value} count={count.value} />}
      {isDownloaded.value && (
        <p role="status">
          The browser saves the file. Its last line says whether it is all:{" "}
          <code>"complete":true</code>.
        </p>
      )}
      {problem.value !== "" && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      <div class="actions">
        {isRunning ? (
          <button type="button" onClick={() => stop.current?.abort()}>
            Cancel
          </button>
        ) : (
          <>
            <button type="button" class="main" onClick={() => void save()}>
              {outcome.value === undefined ? "Save" : "Save again"}
            </button>
            <button type="button" onClick={copy(exportCurl(asked), "curl command copied")}>
              Copy as curl
            </button>
            <button type="button" onClick={copy(exportCommand(asked), "Command copied")}>
              Copy as CLI
            </button>
            <button type="button" class="plain" onClick={props.onClose}>
              Close
            </button>
          </>
        )}
      </div>
    </Dialog>
  );
}

function ProgressLine(props: { saved: Saved; count: RowCount | undefined; isRunning: boolean }) {
  const { saved, count } = props;
  const of =
    count === undefined ? "" : ` of ${count.rows.toLocaleString()}${count.isExact ? "" : "+"}`;
  return (
    <div class="export-progress">
      <progress
        aria-label="Rows saved"
        {...(count === undefined && props.isRunning
          ? {}
          : { max: Math.max(1, count?.rows ?? 1), value: count === undefined ? 1 : saved.rows })}
      />
      <span class="count">
        {saved.rows.toLocaleString()}
        {of} rows, {bytesText(saved.bytes)}
      </span>
    </div>
  );
}

function End({ outcome, count }: { outcome: Outcome; count: RowCount | undefined }) {
  const rows = countText(outcome.rows, "row", "rows");
  if (outcome.problem !== "")
    return (
      <p class="problem" role="alert">
        Not complete: {outcome.problem}. The file holds {rows}
        {count === undefined ? "" : ` of ${count.rows.toLocaleString()}`}.
      </p>
    );
  if (count === undefined) return <p role="status">Complete: {rows}.</p>;
  if (count.rows === outcome.rows)
    return <p role="status">Complete: {rows}, as many as were counted.</p>;
  return (
    <p role="status">
      Complete: {rows}. {count.rows.toLocaleString()}
      {count.isExact ? "" : "+"} were counted before; entries came or went meanwhile.
    </p>
  );
}

function countedText(count: RowCount | undefined, isTable: boolean): string {
  if (count === undefined) return "All rows";
  const text = isTable
    ? countText(count.rows, "row", "rows")
    : countText(count.rows, "entry", "entries");
  return count.isExact ? text : `At least ${text}`;
}

/** The answer says that it is a file. */
function download(link: string): void {
  const anchor = document.createElement("a");
  anchor.href = link;
  anchor.download = "";
  anchor.click();
}
