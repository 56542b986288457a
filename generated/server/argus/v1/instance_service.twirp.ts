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
  GetInstanceRequest,
  GetInstanceResponse,
  ListInstanceAuditEventsRequest,
  ListInstanceAuditEventsResponse,
} from "./instance_service.ts";

//==================================//
//          Server Code             //
//==================================//

export interface InstanceServiceTwirp<T extends TwirpContext = TwirpContext> {
  GetInstance(
    ctx: T,
    request: GetInstanceRequest
  ): Promise<GetInstanceResponse>;
  ListInstanceAuditEvents(
    ctx: T,
    request: ListInstanceAuditEventsRequest
  ): Promise<ListInstanceAuditEventsResponse>;
}

export const InstanceServiceMethod = {
  GetInstance: "GetInstance",
  ListInstanceAuditEvents: "ListInstanceAuditEvents",
} as const;
export type InstanceServiceMethod = (typeof InstanceServiceMethod)[keyof typeof InstanceServiceMethod];

export const InstanceServiceMethodList = [
  InstanceServiceMethod.GetInstance,
  InstanceServiceMethod.ListInstanceAuditEvents,
];

export function createInstanceServiceServer<
  T extends TwirpContext = TwirpContext
>(service: InstanceServiceTwirp<T>) {
  return new TwirpServer<InstanceServiceTwirp, T>({
    service,
    packageName: "argus.v1",
    serviceName: "InstanceService",
    methodList: InstanceServiceMethodList,
    matchRoute: matchInstanceServiceRoute,
  });
}

function matchInstanceServiceRoute<T extends TwirpContext = TwirpContext>(
  method: string,
  events: RouterEvents<T>
) {
  switch (method) {
    case "GetInstance":
      return async (
        ctx: T,
        service: InstanceServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, GetInstanceRequest, GetInstanceResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "GetInstance" };
        await events.onMatch(ctx);
        return handleInstanceServiceGetInstanceRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "ListInstanceAuditEvents":
      return async (
        ctx: T,
        service: InstanceServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          ListInstanceAuditEventsRequest,
          ListInstanceAuditEventsResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "ListInstanceAuditEvents" };
        await events.onMatch(ctx);
        return handleInstanceServiceListInstanceAuditEventsRequest(
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

function handleInstanceServiceGetInstanceRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: InstanceServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetInstanceRequest, GetInstanceResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleInstanceServiceGetInstanceJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleInstanceServiceGetInstanceProtobuf<T>(
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

function handleInstanceServiceListInstanceAuditEventsRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: InstanceServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    ListInstanceAuditEventsRequest,
    ListInstanceAuditEventsResponse
  >[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleInstanceServiceListInstanceAuditEventsJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleInstanceServiceListInstanceAuditEventsProtobuf<T>(
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
async function handleInstanceServiceGetInstanceJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: InstanceServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetInstanceRequest, GetInstanceResponse>[]
) {
  let request: GetInstanceRequest;
  let response: GetInstanceResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = GetInstanceRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetInstanceRequest,
      GetInstanceResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetInstance(ctx, inputReq);
    });
  } else {
    response = await service.GetInstance(ctx, request!);
  }

  return JSON.stringify(
    GetInstanceResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleInstanceServiceListInstanceAuditEventsJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: InstanceServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    ListInstanceAuditEventsRequest,
    ListInstanceAuditEventsResponse
  >[]
) {
  let request: ListInstanceAuditEventsRequest;
  let response: ListInstanceAuditEventsResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = ListInstanceAuditEventsRequest.fromJson(body, {
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
      ListInstanceAuditEventsRequest,
      ListInstanceAuditEventsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListInstanceAuditEvents(ctx, inputReq);
    });
  } else {
    response = await service.ListInstanceAuditEvents(ctx, request!);
  }

  return JSON.stringify(
    ListInstanceAuditEventsResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}
async function handleInstanceServiceGetInstanceProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: InstanceServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetInstanceRequest, GetInstanceResponse>[]
) {
  let request: GetInstanceRequest;
  let response: GetInstanceResponse;

  try {
    request = GetInstanceRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetInstanceRequest,
      GetInstanceResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetInstance(ctx, inputReq);
    });
  } else {
    response = await service.GetInstance(ctx, request!);
  }

  return Buffer.from(GetInstanceResponse.toBinary(response));
}

async function handleInstanceServiceListInstanceAuditEventsProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: InstanceServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    ListInstanceAuditEventsRequest,
    ListInstanceAuditEventsResponse
  >[]
) {
  let request: ListInstanceAuditEventsRequest;
  let response: ListInstanceAuditEventsResponse;

  try {
    request = ListInstanceAuditEventsRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListInstanceAuditEventsRequest,
      ListInstanceAuditEventsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListInstanceAuditEvents(ctx, inputReq);
    });
  } else {
    response = await service.ListInstanceAuditEvents(ctx, request!);
  }

  return Buffer.from(ListInstanceAuditEventsResponse.toBinary(response));
}
