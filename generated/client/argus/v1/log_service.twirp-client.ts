import {
  SendLogsRequest,
  SendLogsResponse,
  QueryRequest,
  QueryResponse,
  GetEntryRequest,
  GetEntryResponse,
  GetContextRequest,
  GetContextResponse,
  GetHistogramRequest,
  GetHistogramResponse,
  ListFieldsRequest,
  ListFieldsResponse,
  ListFieldValuesRequest,
  ListFieldValuesResponse,
  GetPatternsRequest,
  GetPatternsResponse,
  GetFacetsRequest,
  GetFacetsResponse,
  CompareWindowsRequest,
  CompareWindowsResponse,
  SuggestQueriesRequest,
  SuggestQueriesResponse,
  ExplainQueryRequest,
  ExplainQueryResponse,
} from "./log_service.ts";

//==================================//
//          Client Code             //
//==================================//

interface Rpc {
  request(
    service: string,
    method: string,
    contentType: "application/json" | "application/protobuf",
    data: object | Uint8Array
  ): Promise<object | Uint8Array>;
}

export interface LogServiceClient {
  SendLogs(request: SendLogsRequest): Promise<SendLogsResponse>;
  Query(request: QueryRequest): Promise<QueryResponse>;
  GetEntry(request: GetEntryRequest): Promise<GetEntryResponse>;
  GetContext(request: GetContextRequest): Promise<GetContextResponse>;
  GetHistogram(request: GetHistogramRequest): Promise<GetHistogramResponse>;
  ListFields(request: ListFieldsRequest): Promise<ListFieldsResponse>;
  ListFieldValues(
    request: ListFieldValuesRequest
  ): Promise<ListFieldValuesResponse>;
  GetPatterns(request: GetPatternsRequest): Promise<GetPatternsResponse>;
  GetFacets(request: GetFacetsRequest): Promise<GetFacetsResponse>;
  CompareWindows(
    request: CompareWindowsRequest
  ): Promise<CompareWindowsResponse>;
  SuggestQueries(
    request: SuggestQueriesRequest
  ): Promise<SuggestQueriesResponse>;
  ExplainQuery(request: ExplainQueryRequest): Promise<ExplainQueryResponse>;
}

export class LogServiceClientJSON implements LogServiceClient {
  private readonly rpc: Rpc;
  constructor(rpc: Rpc) {
    this.rpc = rpc;
    this.SendLogs.bind(this);
    this.Query.bind(this);
    this.GetEntry.bind(this);
    this.GetContext.bind(this);
    this.GetHistogram.bind(this);
    this.ListFields.bind(this);
    this.ListFieldValues.bind(this);
    this.GetPatterns.bind(this);
    this.GetFacets.bind(this);
    this.CompareWindows.bind(this);
    this.SuggestQueries.bind(this);
    this.ExplainQuery.bind(this);
  }
  SendLogs(request: SendLogsRequest): Promise<SendLogsResponse> {
    const data = SendLogsRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "SendLogs",
      "application/json",
      data as object
    );
    return promise.then((data) => SendLogsResponse.fromJSON(data as any));
  }

  Query(request: QueryRequest): Promise<QueryResponse> {
    const data = QueryRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "Query",
      "application/json",
      data as object
    );
    return promise.then((data) => QueryResponse.fromJSON(data as any));
  }

  GetEntry(request: GetEntryRequest): Promise<GetEntryResponse> {
    const data = GetEntryRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "GetEntry",
      "application/json",
      data as object
    );
    return promise.then((data) => GetEntryResponse.fromJSON(data as any));
  }

  GetContext(request: GetContextRequest): Promise<GetContextResponse> {
    const data = GetContextRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "GetContext",
      "application/json",
      data as object
    );
    return promise.then((data) => GetContextResponse.fromJSON(data as any));
  }

  GetHistogram(request: GetHistogramRequest): Promise<GetHistogramResponse> {
    const data = GetHistogramRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "GetHistogram",
      "application/json",
      data as object
    );
    return promise.then((data) => GetHistogramResponse.fromJSON(data as any));
  }

  ListFields(request: ListFieldsRequest): Promise<ListFieldsResponse> {
    const data = ListFieldsRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "ListFields",
      "application/json",
      data as object
    );
    return promise.then((data) => ListFieldsResponse.fromJSON(data as any));
  }

  ListFieldValues(
    request: ListFieldValuesRequest
  ): Promise<ListFieldValuesResponse> {
    const data = ListFieldValuesRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "ListFieldValues",
      "application/json",
      data as object
    );
    return promise.then((data) =>
      ListFieldValuesResponse.fromJSON(data as any)
    );
  }

  GetPatterns(request: GetPatternsRequest): Promise<GetPatternsResponse> {
    const data = GetPatternsRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "GetPatterns",
      "application/json",
      data as object
    );
    return promise.then((data) => GetPatternsResponse.fromJSON(data as any));
  }

  GetFacets(request: GetFacetsRequest): Promise<GetFacetsResponse> {
    const data = GetFacetsRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "GetFacets",
      "application/json",
      data as object
    );
    return promise.then((data) => GetFacetsResponse.fromJSON(data as any));
  }

  CompareWindows(
    request: CompareWindowsRequest
  ): Promise<CompareWindowsResponse> {
    const data = CompareWindowsRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "CompareWindows",
      "application/json",
      data as object
    );
    return promise.then((data) => CompareWindowsResponse.fromJSON(data as any));
  }

  SuggestQueries(
    request: SuggestQueriesRequest
  ): Promise<SuggestQueriesResponse> {
    const data = SuggestQueriesRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "SuggestQueries",
      "application/json",
      data as object
    );
    return promise.then((data) => SuggestQueriesResponse.fromJSON(data as any));
  }

  ExplainQuery(request: ExplainQueryRequest): Promise<ExplainQueryResponse> {
    const data = ExplainQueryRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "ExplainQuery",
      "application/json",
      data as object
    );
    return promise.then((data) => ExplainQueryResponse.fromJSON(data as any));
  }
}

export class LogServiceClientProtobuf implements LogServiceClient {
  private readonly rpc: Rpc;
  constructor(rpc: Rpc) {
    this.rpc = rpc;
    this.SendLogs.bind(this);
    this.Query.bind(this);
    this.GetEntry.bind(this);
    this.GetContext.bind(this);
    this.GetHistogram.bind(this);
    this.ListFields.bind(this);
    this.ListFieldValues.bind(this);
    this.GetPatterns.bind(this);
    this.GetFacets.bind(this);
    this.CompareWindows.bind(this);
    this.SuggestQueries.bind(this);
    this.ExplainQuery.bind(this);
  }
  SendLogs(request: SendLogsRequest): Promise<SendLogsResponse> {
    const data = SendLogsRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "SendLogs",
      "application/protobuf",
      data
    );
    return promise.then((data) => SendLogsResponse.decode(data as Uint8Array));
  }

  Query(request: QueryRequest): Promise<QueryResponse> {
    const data = QueryRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "Query",
      "application/protobuf",
      data
    );
    return promise.then((data) => QueryResponse.decode(data as Uint8Array));
  }

  GetEntry(request: GetEntryRequest): Promise<GetEntryResponse> {
    const data = GetEntryRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "GetEntry",
      "application/protobuf",
      data
    );
    return promise.then((data) => GetEntryResponse.decode(data as Uint8Array));
  }

  GetContext(request: GetContextRequest): Promise<GetContextResponse> {
    const data = GetContextRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "GetContext",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      GetContextResponse.decode(data as Uint8Array)
    );
  }

  GetHistogram(request: GetHistogramRequest): Promise<GetHistogramResponse> {
    const data = GetHistogramRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "GetHistogram",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      GetHistogramResponse.decode(data as Uint8Array)
    );
  }

  ListFields(request: ListFieldsRequest): Promise<ListFieldsResponse> {
    const data = ListFieldsRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "ListFields",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      ListFieldsResponse.decode(data as Uint8Array)
    );
  }

  ListFieldValues(
    request: ListFieldValuesRequest
  ): Promise<ListFieldValuesResponse> {
    const data = ListFieldValuesRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "ListFieldValues",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      ListFieldValuesResponse.decode(data as Uint8Array)
    );
  }

  GetPatterns(request: GetPatternsRequest): Promise<GetPatternsResponse> {
    const data = GetPatternsRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "GetPatterns",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      GetPatternsResponse.decode(data as Uint8Array)
    );
  }

  GetFacets(request: GetFacetsRequest): Promise<GetFacetsResponse> {
    const data = GetFacetsRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "GetFacets",
      "application/protobuf",
      data
    );
    return promise.then((data) => GetFacetsResponse.decode(data as Uint8Array));
  }

  CompareWindows(
    request: CompareWindowsRequest
  ): Promise<CompareWindowsResponse> {
    const data = CompareWindowsRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "CompareWindows",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      CompareWindowsResponse.decode(data as Uint8Array)
    );
  }

  SuggestQueries(
    request: SuggestQueriesRequest
  ): Promise<SuggestQueriesResponse> {
    const data = SuggestQueriesRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "SuggestQueries",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      SuggestQueriesResponse.decode(data as Uint8Array)
    );
  }

  ExplainQuery(request: ExplainQueryRequest): Promise<ExplainQueryResponse> {
    const data = ExplainQueryRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.LogService",
      "ExplainQuery",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      ExplainQueryResponse.decode(data as Uint8Array)
    );
  }
}
