import {
  type TwirpContext,
  TwirpServer,
  type RouterEvents,
  TwirpError,
  TwirpErrorCode,
  type Interceptor,
  TwirpContentType,
  chainInterceptors,
} from "twirp-ts";
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
//          Server Code             //
//==================================//

export interface LogServiceTwirp<T extends TwirpContext = TwirpContext> {
  SendLogs(ctx: T, request: SendLogsRequest): Promise<SendLogsResponse>;
  Query(ctx: T, request: QueryRequest): Promise<QueryResponse>;
  GetEntry(ctx: T, request: GetEntryRequest): Promise<GetEntryResponse>;
  GetContext(ctx: T, request: GetContextRequest): Promise<GetContextResponse>;
  GetHistogram(
    ctx: T,
    request: GetHistogramRequest
  ): Promise<GetHistogramResponse>;
  ListFields(ctx: T, request: ListFieldsRequest): Promise<ListFieldsResponse>;
  ListFieldValues(
    ctx: T,
    request: ListFieldValuesRequest
  ): Promise<ListFieldValuesResponse>;
  GetPatterns(
    ctx: T,
    request: GetPatternsRequest
  ): Promise<GetPatternsResponse>;
  GetFacets(ctx: T, request: GetFacetsRequest): Promise<GetFacetsResponse>;
  CompareWindows(
    ctx: T,
    request: CompareWindowsRequest
  ): Promise<CompareWindowsResponse>;
  SuggestQueries(
    ctx: T,
    request: SuggestQueriesRequest
  ): Promise<SuggestQueriesResponse>;
  ExplainQuery(
    ctx: T,
    request: ExplainQueryRequest
  ): Promise<ExplainQueryResponse>;
}

export const LogServiceMethod = {
  SendLogs: "SendLogs",
  Query: "Query",
  GetEntry: "GetEntry",
  GetContext: "GetContext",
  GetHistogram: "GetHistogram",
  ListFields: "ListFields",
  ListFieldValues: "ListFieldValues",
  GetPatterns: "GetPatterns",
  GetFacets: "GetFacets",
  CompareWindows: "CompareWindows",
  SuggestQueries: "SuggestQueries",
  ExplainQuery: "ExplainQuery",
} as const;
export type LogServiceMethod = (typeof LogServiceMethod)[keyof typeof LogServiceMethod];

export const LogServiceMethodList = [
  LogServiceMethod.SendLogs,
  LogServiceMethod.Query,
  LogServiceMethod.GetEntry,
  LogServiceMethod.GetContext,
  LogServiceMethod.GetHistogram,
  LogServiceMethod.ListFields,
  LogServiceMethod.ListFieldValues,
  LogServiceMethod.GetPatterns,
  LogServiceMethod.GetFacets,
  LogServiceMethod.CompareWindows,
  LogServiceMethod.SuggestQueries,
  LogServiceMethod.ExplainQuery,
];

export function createLogServiceServer<T extends TwirpContext = TwirpContext>(
  service: LogServiceTwirp<T>
) {
  return new TwirpServer<LogServiceTwirp, T>({
    service,
    packageName: "argus.v1",
    serviceName: "LogService",
    methodList: LogServiceMethodList,
    matchRoute: matchLogServiceRoute,
  });
}

function matchLogServiceRoute<T extends TwirpContext = TwirpContext>(
  method: string,
  events: RouterEvents<T>
) {
  switch (method) {
    case "SendLogs":
      return async (
        ctx: T,
        service: LogServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, SendLogsRequest, SendLogsResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "SendLogs" };
        await events.onMatch(ctx);
        return handleLogServiceSendLogsRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "Query":
      return async (
        ctx: T,
        service: LogServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, QueryRequest, QueryResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "Query" };
        await events.onMatch(ctx);
        return handleLogServiceQueryRequest(ctx, service, data, interceptors);
      };
    case "GetEntry":
      return async (
        ctx: T,
        service: LogServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, GetEntryRequest, GetEntryResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "GetEntry" };
        await events.onMatch(ctx);
        return handleLogServiceGetEntryRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "GetContext":
      return async (
        ctx: T,
        service: LogServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, GetContextRequest, GetContextResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "GetContext" };
        await events.onMatch(ctx);
        return handleLogServiceGetContextRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "GetHistogram":
      return async (
        ctx: T,
        service: LogServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          GetHistogramRequest,
          GetHistogramResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "GetHistogram" };
        await events.onMatch(ctx);
        return handleLogServiceGetHistogramRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "ListFields":
      return async (
        ctx: T,
        service: LogServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, ListFieldsRequest, ListFieldsResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "ListFields" };
        await events.onMatch(ctx);
        return handleLogServiceListFieldsRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "ListFieldValues":
      return async (
        ctx: T,
        service: LogServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          ListFieldValuesRequest,
          ListFieldValuesResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "ListFieldValues" };
        await events.onMatch(ctx);
        return handleLogServiceListFieldValuesRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "GetPatterns":
      return async (
        ctx: T,
        service: LogServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, GetPatternsRequest, GetPatternsResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "GetPatterns" };
        await events.onMatch(ctx);
        return handleLogServiceGetPatternsRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "GetFacets":
      return async (
        ctx: T,
        service: LogServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, GetFacetsRequest, GetFacetsResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "GetFacets" };
        await events.onMatch(ctx);
        return handleLogServiceGetFacetsRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "CompareWindows":
      return async (
        ctx: T,
        service: LogServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          CompareWindowsRequest,
          CompareWindowsResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "CompareWindows" };
        await events.onMatch(ctx);
        return handleLogServiceCompareWindowsRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "SuggestQueries":
      return async (
        ctx: T,
        service: LogServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          SuggestQueriesRequest,
          SuggestQueriesResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "SuggestQueries" };
        await events.onMatch(ctx);
        return handleLogServiceSuggestQueriesRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "ExplainQuery":
      return async (
        ctx: T,
        service: LogServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          ExplainQueryRequest,
          ExplainQueryResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "ExplainQuery" };
        await events.onMatch(ctx);
        return handleLogServiceExplainQueryRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    default:
      events.onNotFound();
      const msg = `no handler found`;
      throw new TwirpError(TwirpErrorCode.BadRoute, msg);
  }
}

function handleLogServiceSendLogsRequest<T extends TwirpContext = TwirpContext>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, SendLogsRequest, SendLogsResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleLogServiceSendLogsJSON<T>(ctx, service, data, interceptors);
    case TwirpContentType.Protobuf:
      return handleLogServiceSendLogsProtobuf<T>(
        ctx,
        service,
        data,
        interceptors
      );
    default:
      const msg = "unexpected Content-Type";
      throw new TwirpError(TwirpErrorCode.BadRoute, msg);
  }
}

function handleLogServiceQueryRequest<T extends TwirpContext = TwirpContext>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, QueryRequest, QueryResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleLogServiceQueryJSON<T>(ctx, service, data, interceptors);
    case TwirpContentType.Protobuf:
      return handleLogServiceQueryProtobuf<T>(ctx, service, data, interceptors);
    default:
      const msg = "unexpected Content-Type";
      throw new TwirpError(TwirpErrorCode.BadRoute, msg);
  }
}

function handleLogServiceGetEntryRequest<T extends TwirpContext = TwirpContext>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetEntryRequest, GetEntryResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleLogServiceGetEntryJSON<T>(ctx, service, data, interceptors);
    case TwirpContentType.Protobuf:
      return handleLogServiceGetEntryProtobuf<T>(
        ctx,
        service,
        data,
        interceptors
      );
    default:
      const msg = "unexpected Content-Type";
      throw new TwirpError(TwirpErrorCode.BadRoute, msg);
  }
}

function handleLogServiceGetContextRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetContextRequest, GetContextResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleLogServiceGetContextJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleLogServiceGetContextProtobuf<T>(
        ctx,
        service,
        data,
        interceptors
      );
    default:
      const msg = "unexpected Content-Type";
      throw new TwirpError(TwirpErrorCode.BadRoute, msg);
  }
}

function handleLogServiceGetHistogramRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetHistogramRequest, GetHistogramResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleLogServiceGetHistogramJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleLogServiceGetHistogramProtobuf<T>(
        ctx,
        service,
        data,
        interceptors
      );
    default:
      const msg = "unexpected Content-Type";
      throw new TwirpError(TwirpErrorCode.BadRoute, msg);
  }
}

function handleLogServiceListFieldsRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListFieldsRequest, ListFieldsResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleLogServiceListFieldsJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleLogServiceListFieldsProtobuf<T>(
        ctx,
        service,
        data,
        interceptors
      );
    default:
      const msg = "unexpected Content-Type";
      throw new TwirpError(TwirpErrorCode.BadRoute, msg);
  }
}

function handleLogServiceListFieldValuesRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    ListFieldValuesRequest,
    ListFieldValuesResponse
  >[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleLogServiceListFieldValuesJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleLogServiceListFieldValuesProtobuf<T>(
        ctx,
        service,
        data,
        interceptors
      );
    default:
      const msg = "unexpected Content-Type";
      throw new TwirpError(TwirpErrorCode.BadRoute, msg);
  }
}

function handleLogServiceGetPatternsRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetPatternsRequest, GetPatternsResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleLogServiceGetPatternsJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleLogServiceGetPatternsProtobuf<T>(
        ctx,
        service,
        data,
        interceptors
      );
    default:
      const msg = "unexpected Content-Type";
      throw new TwirpError(TwirpErrorCode.BadRoute, msg);
  }
}

function handleLogServiceGetFacetsRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetFacetsRequest, GetFacetsResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleLogServiceGetFacetsJSON<T>(ctx, service, data, interceptors);
    case TwirpContentType.Protobuf:
      return handleLogServiceGetFacetsProtobuf<T>(
        ctx,
        service,
        data,
        interceptors
      );
    default:
      const msg = "unexpected Content-Type";
      throw new TwirpError(TwirpErrorCode.BadRoute, msg);
  }
}

function handleLogServiceCompareWindowsRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, CompareWindowsRequest, CompareWindowsResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleLogServiceCompareWindowsJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleLogServiceCompareWindowsProtobuf<T>(
        ctx,
        service,
        data,
        interceptors
      );
    default:
      const msg = "unexpected Content-Type";
      throw new TwirpError(TwirpErrorCode.BadRoute, msg);
  }
}

function handleLogServiceSuggestQueriesRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, SuggestQueriesRequest, SuggestQueriesResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleLogServiceSuggestQueriesJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleLogServiceSuggestQueriesProtobuf<T>(
        ctx,
        service,
        data,
        interceptors
      );
    default:
      const msg = "unexpected Content-Type";
      throw new TwirpError(TwirpErrorCode.BadRoute, msg);
  }
}

function handleLogServiceExplainQueryRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ExplainQueryRequest, ExplainQueryResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleLogServiceExplainQueryJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleLogServiceExplainQueryProtobuf<T>(
        ctx,
        service,
        data,
        interceptors
      );
    default:
      const msg = "unexpected Content-Type";
      throw new TwirpError(TwirpErrorCode.BadRoute, msg);
  }
}
async function handleLogServiceSendLogsJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, SendLogsRequest, SendLogsResponse>[]
) {
  let request: SendLogsRequest;
  let response: SendLogsResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = SendLogsRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      SendLogsRequest,
      SendLogsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.SendLogs(ctx, inputReq);
    });
  } else {
    response = await service.SendLogs(ctx, request!);
  }

  return JSON.stringify(
    SendLogsResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleLogServiceQueryJSON<T extends TwirpContext = TwirpContext>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, QueryRequest, QueryResponse>[]
) {
  let request: QueryRequest;
  let response: QueryResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = QueryRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      QueryRequest,
      QueryResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.Query(ctx, inputReq);
    });
  } else {
    response = await service.Query(ctx, request!);
  }

  return JSON.stringify(
    QueryResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleLogServiceGetEntryJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetEntryRequest, GetEntryResponse>[]
) {
  let request: GetEntryRequest;
  let response: GetEntryResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = GetEntryRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetEntryRequest,
      GetEntryResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetEntry(ctx, inputReq);
    });
  } else {
    response = await service.GetEntry(ctx, request!);
  }

  return JSON.stringify(
    GetEntryResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleLogServiceGetContextJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetContextRequest, GetContextResponse>[]
) {
  let request: GetContextRequest;
  let response: GetContextResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = GetContextRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetContextRequest,
      GetContextResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetContext(ctx, inputReq);
    });
  } else {
    response = await service.GetContext(ctx, request!);
  }

  return JSON.stringify(
    GetContextResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleLogServiceGetHistogramJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetHistogramRequest, GetHistogramResponse>[]
) {
  let request: GetHistogramRequest;
  let response: GetHistogramResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = GetHistogramRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetHistogramRequest,
      GetHistogramResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetHistogram(ctx, inputReq);
    });
  } else {
    response = await service.GetHistogram(ctx, request!);
  }

  return JSON.stringify(
    GetHistogramResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleLogServiceListFieldsJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListFieldsRequest, ListFieldsResponse>[]
) {
  let request: ListFieldsRequest;
  let response: ListFieldsResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = ListFieldsRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListFieldsRequest,
      ListFieldsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListFields(ctx, inputReq);
    });
  } else {
    response = await service.ListFields(ctx, request!);
  }

  return JSON.stringify(
    ListFieldsResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleLogServiceListFieldValuesJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    ListFieldValuesRequest,
    ListFieldValuesResponse
  >[]
) {
  let request: ListFieldValuesRequest;
  let response: ListFieldValuesResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = ListFieldValuesRequest.fromJson(body, {
      ignoreUnknownFields: true,
    });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListFieldValuesRequest,
      ListFieldValuesResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListFieldValues(ctx, inputReq);
    });
  } else {
    response = await service.ListFieldValues(ctx, request!);
  }

  return JSON.stringify(
    ListFieldValuesResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleLogServiceGetPatternsJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetPatternsRequest, GetPatternsResponse>[]
) {
  let request: GetPatternsRequest;
  let response: GetPatternsResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = GetPatternsRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetPatternsRequest,
      GetPatternsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetPatterns(ctx, inputReq);
    });
  } else {
    response = await service.GetPatterns(ctx, request!);
  }

  return JSON.stringify(
    GetPatternsResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleLogServiceGetFacetsJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetFacetsRequest, GetFacetsResponse>[]
) {
  let request: GetFacetsRequest;
  let response: GetFacetsResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = GetFacetsRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetFacetsRequest,
      GetFacetsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetFacets(ctx, inputReq);
    });
  } else {
    response = await service.GetFacets(ctx, request!);
  }

  return JSON.stringify(
    GetFacetsResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleLogServiceCompareWindowsJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, CompareWindowsRequest, CompareWindowsResponse>[]
) {
  let request: CompareWindowsRequest;
  let response: CompareWindowsResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = CompareWindowsRequest.fromJson(body, {
      ignoreUnknownFields: true,
    });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      CompareWindowsRequest,
      CompareWindowsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.CompareWindows(ctx, inputReq);
    });
  } else {
    response = await service.CompareWindows(ctx, request!);
  }

  return JSON.stringify(
    CompareWindowsResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleLogServiceSuggestQueriesJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, SuggestQueriesRequest, SuggestQueriesResponse>[]
) {
  let request: SuggestQueriesRequest;
  let response: SuggestQueriesResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = SuggestQueriesRequest.fromJson(body, {
      ignoreUnknownFields: true,
    });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      SuggestQueriesRequest,
      SuggestQueriesResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.SuggestQueries(ctx, inputReq);
    });
  } else {
    response = await service.SuggestQueries(ctx, request!);
  }

  return JSON.stringify(
    SuggestQueriesResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleLogServiceExplainQueryJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ExplainQueryRequest, ExplainQueryResponse>[]
) {
  let request: ExplainQueryRequest;
  let response: ExplainQueryResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = ExplainQueryRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ExplainQueryRequest,
      ExplainQueryResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ExplainQuery(ctx, inputReq);
    });
  } else {
    response = await service.ExplainQuery(ctx, request!);
  }

  return JSON.stringify(
    ExplainQueryResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}
async function handleLogServiceSendLogsProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, SendLogsRequest, SendLogsResponse>[]
) {
  let request: SendLogsRequest;
  let response: SendLogsResponse;

  try {
    request = SendLogsRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      SendLogsRequest,
      SendLogsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.SendLogs(ctx, inputReq);
    });
  } else {
    response = await service.SendLogs(ctx, request!);
  }

  return Buffer.from(SendLogsResponse.toBinary(response));
}

async function handleLogServiceQueryProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, QueryRequest, QueryResponse>[]
) {
  let request: QueryRequest;
  let response: QueryResponse;

  try {
    request = QueryRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      QueryRequest,
      QueryResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.Query(ctx, inputReq);
    });
  } else {
    response = await service.Query(ctx, request!);
  }

  return Buffer.from(QueryResponse.toBinary(response));
}

async function handleLogServiceGetEntryProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetEntryRequest, GetEntryResponse>[]
) {
  let request: GetEntryRequest;
  let response: GetEntryResponse;

  try {
    request = GetEntryRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetEntryRequest,
      GetEntryResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetEntry(ctx, inputReq);
    });
  } else {
    response = await service.GetEntry(ctx, request!);
  }

  return Buffer.from(GetEntryResponse.toBinary(response));
}

async function handleLogServiceGetContextProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetContextRequest, GetContextResponse>[]
) {
  let request: GetContextRequest;
  let response: GetContextResponse;

  try {
    request = GetContextRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetContextRequest,
      GetContextResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetContext(ctx, inputReq);
    });
  } else {
    response = await service.GetContext(ctx, request!);
  }

  return Buffer.from(GetContextResponse.toBinary(response));
}

async function handleLogServiceGetHistogramProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetHistogramRequest, GetHistogramResponse>[]
) {
  let request: GetHistogramRequest;
  let response: GetHistogramResponse;

  try {
    request = GetHistogramRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetHistogramRequest,
      GetHistogramResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetHistogram(ctx, inputReq);
    });
  } else {
    response = await service.GetHistogram(ctx, request!);
  }

  return Buffer.from(GetHistogramResponse.toBinary(response));
}

async function handleLogServiceListFieldsProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListFieldsRequest, ListFieldsResponse>[]
) {
  let request: ListFieldsRequest;
  let response: ListFieldsResponse;

  try {
    request = ListFieldsRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListFieldsRequest,
      ListFieldsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListFields(ctx, inputReq);
    });
  } else {
    response = await service.ListFields(ctx, request!);
  }

  return Buffer.from(ListFieldsResponse.toBinary(response));
}

async function handleLogServiceListFieldValuesProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    ListFieldValuesRequest,
    ListFieldValuesResponse
  >[]
) {
  let request: ListFieldValuesRequest;
  let response: ListFieldValuesResponse;

  try {
    request = ListFieldValuesRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListFieldValuesRequest,
      ListFieldValuesResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListFieldValues(ctx, inputReq);
    });
  } else {
    response = await service.ListFieldValues(ctx, request!);
  }

  return Buffer.from(ListFieldValuesResponse.toBinary(response));
}

async function handleLogServiceGetPatternsProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetPatternsRequest, GetPatternsResponse>[]
) {
  let request: GetPatternsRequest;
  let response: GetPatternsResponse;

  try {
    request = GetPatternsRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetPatternsRequest,
      GetPatternsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetPatterns(ctx, inputReq);
    });
  } else {
    response = await service.GetPatterns(ctx, request!);
  }

  return Buffer.from(GetPatternsResponse.toBinary(response));
}

async function handleLogServiceGetFacetsProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetFacetsRequest, GetFacetsResponse>[]
) {
  let request: GetFacetsRequest;
  let response: GetFacetsResponse;

  try {
    request = GetFacetsRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetFacetsRequest,
      GetFacetsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetFacets(ctx, inputReq);
    });
  } else {
    response = await service.GetFacets(ctx, request!);
  }

  return Buffer.from(GetFacetsResponse.toBinary(response));
}

async function handleLogServiceCompareWindowsProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, CompareWindowsRequest, CompareWindowsResponse>[]
) {
  let request: CompareWindowsRequest;
  let response: CompareWindowsResponse;

  try {
    request = CompareWindowsRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      CompareWindowsRequest,
      CompareWindowsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.CompareWindows(ctx, inputReq);
    });
  } else {
    response = await service.CompareWindows(ctx, request!);
  }

  return Buffer.from(CompareWindowsResponse.toBinary(response));
}

async function handleLogServiceSuggestQueriesProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, SuggestQueriesRequest, SuggestQueriesResponse>[]
) {
  let request: SuggestQueriesRequest;
  let response: SuggestQueriesResponse;

  try {
    request = SuggestQueriesRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      SuggestQueriesRequest,
      SuggestQueriesResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.SuggestQueries(ctx, inputReq);
    });
  } else {
    response = await service.SuggestQueries(ctx, request!);
  }

  return Buffer.from(SuggestQueriesResponse.toBinary(response));
}

async function handleLogServiceExplainQueryProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: LogServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ExplainQueryRequest, ExplainQueryResponse>[]
) {
  let request: ExplainQueryRequest;
  let response: ExplainQueryResponse;

  try {
    request = ExplainQueryRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ExplainQueryRequest,
      ExplainQueryResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ExplainQuery(ctx, inputReq);
    });
  } else {
    response = await service.ExplainQuery(ctx, request!);
  }

  return Buffer.from(ExplainQueryResponse.toBinary(response));
}
