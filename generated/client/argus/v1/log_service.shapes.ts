// Made by scripts/protoc-gen-shapes.ts.
import { LogEntry } from "./entry.shapes.ts";

export const SendLogsRequest = ["sbatch_id sservice shost vattributes Mentries", LogEntry] as const;
export const RejectedEntry = ["nindex sreason"] as const;
export const SendLogsResponse = ["naccepted bduplicate Mrejected sbatch_id", RejectedEntry] as const;
export const QueryBudget = ["irows ibytes dtime"] as const;
export const QueryRequest = ["sapplication_id squery tstart_time tend_time nlimit scursor bascending stime_zone mbudget", QueryBudget] as const;
export const Column = ["sname stype bapproximate"] as const;
export const Table = ["Mcolumns Vrows", Column] as const;
export const QueryWarning = ["scode nstart nend smessage Sfixes"] as const;
export const QueryStats = ["iblocks iblocks_read irows_scanned ibytes_read delapsed imatched bmatched_exact"] as const;
export const QueryResponse = ["Mentries mtable snext_cursor bpartial spartial_reason tcovered_start_time Mwarnings mstats", LogEntry, Table, QueryWarning, QueryStats] as const;
export const GetEntryRequest = ["sapplication_id sid"] as const;
export const GetEntryResponse = ["mentry", LogEntry] as const;
export const GetContextRequest = ["sapplication_id sid nbefore nafter bsame_service bsame_host"] as const;
export const GetContextResponse = ["Mbefore mentry Mafter bpartial spartial_reason", LogEntry, LogEntry, LogEntry] as const;
export const GetHistogramRequest = ["sapplication_id squery tstart_time tend_time nmax_buckets stime_zone mbudget", QueryBudget] as const;
export const LevelCounts = ["itrace idebug iinfo iwarn ierror ifatal"] as const;
export const HistogramBucket = ["tstart mcounts", LevelCounts] as const;
export const GetHistogramResponse = ["dbucket Mbuckets bpartial spartial_reason tcovered_start_time Mwarnings mstats", HistogramBucket, QueryWarning, QueryStats] as const;
export const ListFieldsRequest = ["sapplication_id sprefix tstart_time tend_time npage_size spage_token"] as const;
export const Field = ["sname stype nshare"] as const;
export const ListFieldsResponse = ["Mfields snext_page_token bpartial spartial_reason", Field] as const;
export const ListFieldValuesRequest = ["sapplication_id sfield sprefix squery tstart_time tend_time npage_size spage_token"] as const;
export const FieldValue = ["svalue icount"] as const;
export const ListFieldValuesResponse = ["Mvalues snext_page_token bpartial spartial_reason", FieldValue] as const;
export const GetPatternsRequest = ["sapplication_id squery tstart_time tend_time nlimit stime_zone mbudget nparts tbaseline_start_time tbaseline_end_time", QueryBudget] as const;
export const Pattern = ["spattern squery icount nshare mcounts tfirst_time tlast_time sexample_id Iparts sservice ibaseline_count bmany_services", LevelCounts] as const;
export const GetPatternsResponse = ["Mpatterns ientries iother_entries bapproximate bpartial spartial_reason tcovered_start_time Mwarnings mstats ibaseline_entries bbaseline_partial Mgone", Pattern, QueryWarning, QueryStats, Pattern] as const;
export const GetFacetsRequest = ["sapplication_id squery tstart_time tend_time Sfields nvalues stime_zone mbudget", QueryBudget] as const;
export const Facet = ["sfield stype ientries ipresent idistinct Mvalues bapproximate", FieldValue] as const;
export const GetFacetsResponse = ["Mfacets bpartial spartial_reason tcovered_start_time Mwarnings mstats", Facet, QueryWarning, QueryStats] as const;
export const CompareWindowsRequest = ["sapplication_id squery tstart_time tend_time tbaseline_start_time tbaseline_end_time Sfields nlimit stime_zone mbudget", QueryBudget] as const;
export const WindowCounts = ["tstart_time tend_time ientries mlevels tcovered_start_time", LevelCounts] as const;
export const ValueDifference = ["sfield svalue icount ibaseline_count nshare nbaseline_share nlift nscore"] as const;
export const CompareWindowsResponse = ["mwindow mbaseline Mdifferences Sskipped_fields bpartial spartial_reason Mwarnings mstats", WindowCounts, WindowCounts, ValueDifference, QueryWarning, QueryStats] as const;
export const SuggestQueriesRequest = ["sapplication_id squery tstart_time tend_time stime_zone mbudget", QueryBudget] as const;
export const Suggestion = ["skind squery tstart_time tend_time sreason icount bcount_exact"] as const;
export const SuggestQueriesResponse = ["icount Msuggestions tnewest_match_time bpartial spartial_reason mstats", Suggestion, QueryStats] as const;
export const ExplainQueryRequest = ["sapplication_id squery tstart_time tend_time nlimit scursor bascending stime_zone mbudget", QueryBudget] as const;
export const ExplainStage = ["sname stext irows_in irows_out iblocks ibytes dcpu delapsed"] as const;
export const ExplainFilter = ["squery iblocks_pruned irows_in irows_out dcpu"] as const;
export const ExplainColumn = ["sname iblocks ibytes"] as const;
export const ExplainQueryResponse = ["scanonical Mstages Mfilters iblocks_outside Mcolumns bpartial spartial_reason tcovered_start_time Mwarnings mstats", ExplainStage, ExplainFilter, ExplainColumn, QueryWarning, QueryStats] as const;

export const LogService = {
  SendLogs: [SendLogsRequest, SendLogsResponse],
  Query: [QueryRequest, QueryResponse],
  GetEntry: [GetEntryRequest, GetEntryResponse],
  GetContext: [GetContextRequest, GetContextResponse],
  GetHistogram: [GetHistogramRequest, GetHistogramResponse],
  ListFields: [ListFieldsRequest, ListFieldsResponse],
  ListFieldValues: [ListFieldValuesRequest, ListFieldValuesResponse],
  GetPatterns: [GetPatternsRequest, GetPatternsResponse],
  GetFacets: [GetFacetsRequest, GetFacetsResponse],
  CompareWindows: [CompareWindowsRequest, CompareWindowsResponse],
  SuggestQueries: [SuggestQueriesRequest, SuggestQueriesResponse],
  ExplainQuery: [ExplainQueryRequest, ExplainQueryResponse],
} as const;
