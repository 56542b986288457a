/**
 * What can be done with all that was found: it is exported, or given to others.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { openExport } from "../export/open-export.ts";
import { lazyPart } from "../lazy.tsx";
import { Icon } from "../parts/icon.tsx";
import { Popover } from "../parts/popover.tsx";
import { sharedQuery } from "../share/shared.ts";
import type { ExplorerState } from "./use-explorer.ts";

const ExportDialog = lazyPart(
  () => import("../export/export-dialog.tsx").then((one) => one.ExportDialog),
  () => null,
);
const ShareMenu = lazyPart(
  () => import("../share/share-menu.tsx").then((one) => one.ShareMenu),
  () => <div class="share-menu" aria-busy="true" />,
);

export function FoundActions({ state }: { state: ExplorerState }) {
  const { at, applicationId, zone, columns, moves } = state;
  const { search, range, shown } = state.run;
  const isExporting = useSignal(false);
  const mayExport = shown !== undefined;
  useEffect(() => {
    openExport.value = mayExport ? () => (isExporting.value = true) : undefined;
    return () => (openExport.value = undefined);
  }, [mayExport]);
  return (
    <>
      <button
        type="button"
        class="plain filters-button"
        aria-label="Filters"
        title="Fields and their values (f)"
        onClick={() => (state.showsFacets.value = true)}
      >
        <Icon name="filter" />
      </button>
      <button
        type="button"
        class="plain"
        aria-label="Export"
        title="All rows as a file"
        disabled={!mayExport}
        onClick={() => (isExporting.value = true)}
      >
        <Icon name="save" /> <span class="tab-word">Export</span>
      </button>
      <Popover
        label="Share"
        class="plain"
        align="end"
        title="Copy a link or a command"
        button={
          <>
            <Icon name="link" /> <span class="tab-word">Share</span>
          </>
        }
      >
        {(close) => (
          <ShareMenu
            at={moves.now.current}
            applicationId={applicationId}
            range={range}
            zone={zone}
            close={close}
          />
        )}
      </Popover>
      {isExporting.value && (
        <ExportDialog
          asked={sharedQuery(
            { ...at, query: shown?.query ?? at.query },
            applicationId,
            range,
            zone,
          )}
          search={search}
          columns={columns}
          zone={zone}
          onClose={() => (isExporting.value = false)}
        />
      )}
    </>
  );
}
