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
  CreateApplicationRequest,
  CreateApplicationResponse,
  GetApplicationRequest,
  GetApplicationResponse,
  ListApplicationsRequest,
  ListApplicationsResponse,
  UpdateApplicationRequest,
  UpdateApplicationResponse,
  DeleteApplicationRequest,
  DeleteApplicationResponse,
  CreateApiKeyRequest,
  CreateApiKeyResponse,
  ListApiKeysRequest,
  ListApiKeysResponse,
  RevokeApiKeyRequest,
  RevokeApiKeyResponse,
  RotateApiKeyRequest,
  RotateApiKeyResponse,
  AddMemberRequest,
  AddMemberResponse,
  UpdateMemberRequest,
  UpdateMemberResponse,
  RemoveMemberRequest,
  RemoveMemberResponse,
  ListMembersRequest,
  ListMembersResponse,
  GetUsageRequest,
  GetUsageResponse,
  ListAuditEventsRequest,
  ListAuditEventsResponse,
} from "./application_service.ts";

//==================================//
//          Server Code             //
//==================================//

export interface ApplicationServiceTwirp<
  T extends TwirpContext = TwirpContext
> {
  CreateApplication(
    ctx: T,
    request: CreateApplicationRequest
  ): Promise<CreateApplicationResponse>;
  GetApplication(
    ctx: T,
    request: GetApplicationRequest
  ): Promise<GetApplicationResponse>;
  ListApplications(
    ctx: T,
    request: ListApplicationsRequest
  ): Promise<ListApplicationsResponse>;
  UpdateApplication(
    ctx: T,
    request: UpdateApplicationRequest
  ): Promise<UpdateApplicationResponse>;
  DeleteApplication(
    ctx: T,
    request: DeleteApplicationRequest
  ): Promise<DeleteApplicationResponse>;
  CreateApiKey(
    ctx: T,
    request: CreateApiKeyRequest
  ): Promise<CreateApiKeyResponse>;
  ListApiKeys(
    ctx: T,
    request: ListApiKeysRequest
  ): Promise<ListApiKeysResponse>;
  RevokeApiKey(
    ctx: T,
    request: RevokeApiKeyRequest
  ): Promise<RevokeApiKeyResponse>;
  RotateApiKey(
    ctx: T,
    request: RotateApiKeyRequest
  ): Promise<RotateApiKeyResponse>;
  AddMember(ctx: T, request: AddMemberRequest): Promise<AddMemberResponse>;
  UpdateMember(
    ctx: T,
    request: UpdateMemberRequest
  ): Promise<UpdateMemberResponse>;
  RemoveMember(
    ctx: T,
    request: RemoveMemberRequest
  ): Promise<RemoveMemberResponse>;
  ListMembers(
    ctx: T,
    request: ListMembersRequest
  ): Promise<ListMembersResponse>;
  GetUsage(ctx: T, request: GetUsageRequest): Promise<GetUsageResponse>;
  ListAuditEvents(
    ctx: T,
    request: ListAuditEventsRequest
  ): Promise<ListAuditEventsResponse>;
}

export const ApplicationServiceMethod = {
  CreateApplication: "CreateApplication",
  GetApplication: "GetApplication",
  ListApplications: "ListApplications",
  UpdateApplication: "UpdateApplication",
  DeleteApplication: "DeleteApplication",
  CreateApiKey: "CreateApiKey",
  ListApiKeys: "ListApiKeys",
  RevokeApiKey: "RevokeApiKey",
  RotateApiKey: "RotateApiKey",
  AddMember: "AddMember",
  UpdateMember: "UpdateMember",
  RemoveMember: "RemoveMember",
  ListMembers: "ListMembers",
  GetUsage: "GetUsage",
  ListAuditEvents: "ListAuditEvents",
} as const;
export type ApplicationServiceMethod = (typeof ApplicationServiceMethod)[keyof typeof ApplicationServiceMethod];

export const ApplicationServiceMethodList = [
  ApplicationServiceMethod.CreateApplication,
  ApplicationServiceMethod.GetApplication,
  ApplicationServiceMethod.ListApplications,
  ApplicationServiceMethod.UpdateApplication,
  ApplicationServiceMethod.DeleteApplication,
  ApplicationServiceMethod.CreateApiKey,
  ApplicationServiceMethod.ListApiKeys,
  ApplicationServiceMethod.RevokeApiKey,
  ApplicationServiceMethod.RotateApiKey,
  ApplicationServiceMethod.AddMember,
  ApplicationServiceMethod.UpdateMember,
  ApplicationServiceMethod.RemoveMember,
  ApplicationServiceMethod.ListMembers,
  ApplicationServiceMethod.GetUsage,
  ApplicationServiceMethod.ListAuditEvents,
];

export function createApplicationServiceServer<
  T extends TwirpContext = TwirpContext
>(service: ApplicationServiceTwirp<T>) {
  return new TwirpServer<ApplicationServiceTwirp, T>({
    service,
    packageName: "argus.v1",
    serviceName: "ApplicationService",
    methodList: ApplicationServiceMethodList,
    matchRoute: matchApplicationServiceRoute,
  });
}

function matchApplicationServiceRoute<T extends TwirpContext = TwirpContext>(
  method: string,
  events: RouterEvents<T>
) {
  switch (method) {
    case "CreateApplication":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          CreateApplicationRequest,
          CreateApplicationResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "CreateApplication" };
        await events.onMatch(ctx);
        return handleApplicationServiceCreateApplicationRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "GetApplication":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          GetApplicationRequest,
          GetApplicationResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "GetApplication" };
        await events.onMatch(ctx);
        return handleApplicationServiceGetApplicationRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "ListApplications":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          ListApplicationsRequest,
          ListApplicationsResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "ListApplications" };
        await events.onMatch(ctx);
        return handleApplicationServiceListApplicationsRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "UpdateApplication":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          UpdateApplicationRequest,
          UpdateApplicationResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "UpdateApplication" };
        await events.onMatch(ctx);
        return handleApplicationServiceUpdateApplicationRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "DeleteApplication":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          DeleteApplicationRequest,
          DeleteApplicationResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "DeleteApplication" };
        await events.onMatch(ctx);
        return handleApplicationServiceDeleteApplicationRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "CreateApiKey":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          CreateApiKeyRequest,
          CreateApiKeyResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "CreateApiKey" };
        await events.onMatch(ctx);
        return handleApplicationServiceCreateApiKeyRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "ListApiKeys":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, ListApiKeysRequest, ListApiKeysResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "ListApiKeys" };
        await events.onMatch(ctx);
        return handleApplicationServiceListApiKeysRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "RevokeApiKey":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          RevokeApiKeyRequest,
          RevokeApiKeyResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "RevokeApiKey" };
        await events.onMatch(ctx);
        return handleApplicationServiceRevokeApiKeyRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "RotateApiKey":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          RotateApiKeyRequest,
          RotateApiKeyResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "RotateApiKey" };
        await events.onMatch(ctx);
        return handleApplicationServiceRotateApiKeyRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "AddMember":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, AddMemberRequest, AddMemberResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "AddMember" };
        await events.onMatch(ctx);
        return handleApplicationServiceAddMemberRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "UpdateMember":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          UpdateMemberRequest,
          UpdateMemberResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "UpdateMember" };
        await events.onMatch(ctx);
        return handleApplicationServiceUpdateMemberRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "RemoveMember":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          RemoveMemberRequest,
          RemoveMemberResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "RemoveMember" };
        await events.onMatch(ctx);
        return handleApplicationServiceRemoveMemberRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "ListMembers":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, ListMembersRequest, ListMembersResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "ListMembers" };
        await events.onMatch(ctx);
        return handleApplicationServiceListMembersRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "GetUsage":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, GetUsageRequest, GetUsageResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "GetUsage" };
        await events.onMatch(ctx);
        return handleApplicationServiceGetUsageRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "ListAuditEvents":
      return async (
        ctx: T,
        service: ApplicationServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          ListAuditEventsRequest,
          ListAuditEventsResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "ListAuditEvents" };
        await events.onMatch(ctx);
        return handleApplicationServiceListAuditEventsRequest(
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

function handleApplicationServiceCreateApplicationRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    CreateApplicationRequest,
    CreateApplicationResponse
  >[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceCreateApplicationJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceCreateApplicationProtobuf<T>(
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

function handleApplicationServiceGetApplicationRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetApplicationRequest, GetApplicationResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceGetApplicationJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceGetApplicationProtobuf<T>(
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

function handleApplicationServiceListApplicationsRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    ListApplicationsRequest,
    ListApplicationsResponse
  >[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceListApplicationsJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceListApplicationsProtobuf<T>(
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

function handleApplicationServiceUpdateApplicationRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    UpdateApplicationRequest,
    UpdateApplicationResponse
  >[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceUpdateApplicationJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceUpdateApplicationProtobuf<T>(
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

function handleApplicationServiceDeleteApplicationRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    DeleteApplicationRequest,
    DeleteApplicationResponse
  >[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceDeleteApplicationJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceDeleteApplicationProtobuf<T>(
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

function handleApplicationServiceCreateApiKeyRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, CreateApiKeyRequest, CreateApiKeyResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceCreateApiKeyJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceCreateApiKeyProtobuf<T>(
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

function handleApplicationServiceListApiKeysRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListApiKeysRequest, ListApiKeysResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceListApiKeysJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceListApiKeysProtobuf<T>(
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

function handleApplicationServiceRevokeApiKeyRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RevokeApiKeyRequest, RevokeApiKeyResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceRevokeApiKeyJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceRevokeApiKeyProtobuf<T>(
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

function handleApplicationServiceRotateApiKeyRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RotateApiKeyRequest, RotateApiKeyResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceRotateApiKeyJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceRotateApiKeyProtobuf<T>(
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

function handleApplicationServiceAddMemberRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, AddMemberRequest, AddMemberResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceAddMemberJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceAddMemberProtobuf<T>(
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

function handleApplicationServiceUpdateMemberRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, UpdateMemberRequest, UpdateMemberResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceUpdateMemberJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceUpdateMemberProtobuf<T>(
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

function handleApplicationServiceRemoveMemberRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RemoveMemberRequest, RemoveMemberResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceRemoveMemberJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceRemoveMemberProtobuf<T>(
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

function handleApplicationServiceListMembersRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListMembersRequest, ListMembersResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceListMembersJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceListMembersProtobuf<T>(
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

function handleApplicationServiceGetUsageRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetUsageRequest, GetUsageResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceGetUsageJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceGetUsageProtobuf<T>(
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

function handleApplicationServiceListAuditEventsRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    ListAuditEventsRequest,
    ListAuditEventsResponse
  >[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleApplicationServiceListAuditEventsJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleApplicationServiceListAuditEventsProtobuf<T>(
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
async function handleApplicationServiceCreateApplicationJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    CreateApplicationRequest,
    CreateApplicationResponse
  >[]
) {
  let request: CreateApplicationRequest;
  let response: CreateApplicationResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = CreateApplicationRequest.fromJson(body, {
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
      CreateApplicationRequest,
      CreateApplicationResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.CreateApplication(ctx, inputReq);
    });
  } else {
    response = await service.CreateApplication(ctx, request!);
  }

  return JSON.stringify(
    CreateApplicationResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceGetApplicationJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetApplicationRequest, GetApplicationResponse>[]
) {
  let request: GetApplicationRequest;
  let response: GetApplicationResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = GetApplicationRequest.fromJson(body, {
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
      GetApplicationRequest,
      GetApplicationResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetApplication(ctx, inputReq);
    });
  } else {
    response = await service.GetApplication(ctx, request!);
  }

  return JSON.stringify(
    GetApplicationResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceListApplicationsJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    ListApplicationsRequest,
    ListApplicationsResponse
  >[]
) {
  let request: ListApplicationsRequest;
  let response: ListApplicationsResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = ListApplicationsRequest.fromJson(body, {
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
      ListApplicationsRequest,
      ListApplicationsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListApplications(ctx, inputReq);
    });
  } else {
    response = await service.ListApplications(ctx, request!);
  }

  return JSON.stringify(
    ListApplicationsResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceUpdateApplicationJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    UpdateApplicationRequest,
    UpdateApplicationResponse
  >[]
) {
  let request: UpdateApplicationRequest;
  let response: UpdateApplicationResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = UpdateApplicationRequest.fromJson(body, {
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
      UpdateApplicationRequest,
      UpdateApplicationResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.UpdateApplication(ctx, inputReq);
    });
  } else {
    response = await service.UpdateApplication(ctx, request!);
  }

  return JSON.stringify(
    UpdateApplicationResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceDeleteApplicationJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    DeleteApplicationRequest,
    DeleteApplicationResponse
  >[]
) {
  let request: DeleteApplicationRequest;
  let response: DeleteApplicationResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = DeleteApplicationRequest.fromJson(body, {
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
      DeleteApplicationRequest,
      DeleteApplicationResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.DeleteApplication(ctx, inputReq);
    });
  } else {
    response = await service.DeleteApplication(ctx, request!);
  }

  return JSON.stringify(
    DeleteApplicationResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceCreateApiKeyJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, CreateApiKeyRequest, CreateApiKeyResponse>[]
) {
  let request: CreateApiKeyRequest;
  let response: CreateApiKeyResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = CreateApiKeyRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      CreateApiKeyRequest,
      CreateApiKeyResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.CreateApiKey(ctx, inputReq);
    });
  } else {
    response = await service.CreateApiKey(ctx, request!);
  }

  return JSON.stringify(
    CreateApiKeyResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceListApiKeysJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListApiKeysRequest, ListApiKeysResponse>[]
) {
  let request: ListApiKeysRequest;
  let response: ListApiKeysResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = ListApiKeysRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListApiKeysRequest,
      ListApiKeysResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListApiKeys(ctx, inputReq);
    });
  } else {
    response = await service.ListApiKeys(ctx, request!);
  }

  return JSON.stringify(
    ListApiKeysResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceRevokeApiKeyJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RevokeApiKeyRequest, RevokeApiKeyResponse>[]
) {
  let request: RevokeApiKeyRequest;
  let response: RevokeApiKeyResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = RevokeApiKeyRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      RevokeApiKeyRequest,
      RevokeApiKeyResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.RevokeApiKey(ctx, inputReq);
    });
  } else {
    response = await service.RevokeApiKey(ctx, request!);
  }

  return JSON.stringify(
    RevokeApiKeyResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceRotateApiKeyJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RotateApiKeyRequest, RotateApiKeyResponse>[]
) {
  let request: RotateApiKeyRequest;
  let response: RotateApiKeyResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = RotateApiKeyRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      RotateApiKeyRequest,
      RotateApiKeyResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.RotateApiKey(ctx, inputReq);
    });
  } else {
    response = await service.RotateApiKey(ctx, request!);
  }

  return JSON.stringify(
    RotateApiKeyResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceAddMemberJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, AddMemberRequest, AddMemberResponse>[]
) {
  let request: AddMemberRequest;
  let response: AddMemberResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = AddMemberRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      AddMemberRequest,
      AddMemberResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.AddMember(ctx, inputReq);
    });
  } else {
    response = await service.AddMember(ctx, request!);
  }

  return JSON.stringify(
    AddMemberResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceUpdateMemberJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, UpdateMemberRequest, UpdateMemberResponse>[]
) {
  let request: UpdateMemberRequest;
  let response: UpdateMemberResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = UpdateMemberRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      UpdateMemberRequest,
      UpdateMemberResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.UpdateMember(ctx, inputReq);
    });
  } else {
    response = await service.UpdateMember(ctx, request!);
  }

  return JSON.stringify(
    UpdateMemberResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceRemoveMemberJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RemoveMemberRequest, RemoveMemberResponse>[]
) {
  let request: RemoveMemberRequest;
  let response: RemoveMemberResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = RemoveMemberRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      RemoveMemberRequest,
      RemoveMemberResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.RemoveMember(ctx, inputReq);
    });
  } else {
    response = await service.RemoveMember(ctx, request!);
  }

  return JSON.stringify(
    RemoveMemberResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceListMembersJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListMembersRequest, ListMembersResponse>[]
) {
  let request: ListMembersRequest;
  let response: ListMembersResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = ListMembersRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListMembersRequest,
      ListMembersResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListMembers(ctx, inputReq);
    });
  } else {
    response = await service.ListMembers(ctx, request!);
  }

  return JSON.stringify(
    ListMembersResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceGetUsageJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetUsageRequest, GetUsageResponse>[]
) {
  let request: GetUsageRequest;
  let response: GetUsageResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = GetUsageRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetUsageRequest,
      GetUsageResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetUsage(ctx, inputReq);
    });
  } else {
    response = await service.GetUsage(ctx, request!);
  }

  return JSON.stringify(
    GetUsageResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleApplicationServiceListAuditEventsJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    ListAuditEventsRequest,
    ListAuditEventsResponse
  >[]
) {
  let request: ListAuditEventsRequest;
  let response: ListAuditEventsResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = ListAuditEventsRequest.fromJson(body, {
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
      ListAuditEventsRequest,
      ListAuditEventsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListAuditEvents(ctx, inputReq);
    });
  } else {
    response = await service.ListAuditEvents(ctx, request!);
  }

  return JSON.stringify(
    ListAuditEventsResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}
async function handleApplicationServiceCreateApplicationProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    CreateApplicationRequest,
    CreateApplicationResponse
  >[]
) {
  let request: CreateApplicationRequest;
  let response: CreateApplicationResponse;

  try {
    request = CreateApplicationRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      CreateApplicationRequest,
      CreateApplicationResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.CreateApplication(ctx, inputReq);
    });
  } else {
    response = await service.CreateApplication(ctx, request!);
  }

  return Buffer.from(CreateApplicationResponse.toBinary(response));
}

async function handleApplicationServiceGetApplicationProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetApplicationRequest, GetApplicationResponse>[]
) {
  let request: GetApplicationRequest;
  let response: GetApplicationResponse;

  try {
    request = GetApplicationRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetApplicationRequest,
      GetApplicationResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetApplication(ctx, inputReq);
    });
  } else {
    response = await service.GetApplication(ctx, request!);
  }

  return Buffer.from(GetApplicationResponse.toBinary(response));
}

async function handleApplicationServiceListApplicationsProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    ListApplicationsRequest,
    ListApplicationsResponse
  >[]
) {
  let request: ListApplicationsRequest;
  let response: ListApplicationsResponse;

  try {
    request = ListApplicationsRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListApplicationsRequest,
      ListApplicationsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListApplications(ctx, inputReq);
    });
  } else {
    response = await service.ListApplications(ctx, request!);
  }

  return Buffer.from(ListApplicationsResponse.toBinary(response));
}

async function handleApplicationServiceUpdateApplicationProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    UpdateApplicationRequest,
    UpdateApplicationResponse
  >[]
) {
  let request: UpdateApplicationRequest;
  let response: UpdateApplicationResponse;

  try {
    request = UpdateApplicationRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      UpdateApplicationRequest,
      UpdateApplicationResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.UpdateApplication(ctx, inputReq);
    });
  } else {
    response = await service.UpdateApplication(ctx, request!);
  }

  return Buffer.from(UpdateApplicationResponse.toBinary(response));
}

async function handleApplicationServiceDeleteApplicationProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    DeleteApplicationRequest,
    DeleteApplicationResponse
  >[]
) {
  let request: DeleteApplicationRequest;
  let response: DeleteApplicationResponse;

  try {
    request = DeleteApplicationRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      DeleteApplicationRequest,
      DeleteApplicationResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.DeleteApplication(ctx, inputReq);
    });
  } else {
    response = await service.DeleteApplication(ctx, request!);
  }

  return Buffer.from(DeleteApplicationResponse.toBinary(response));
}

async function handleApplicationServiceCreateApiKeyProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, CreateApiKeyRequest, CreateApiKeyResponse>[]
) {
  let request: CreateApiKeyRequest;
  let response: CreateApiKeyResponse;

  try {
    request = CreateApiKeyRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      CreateApiKeyRequest,
      CreateApiKeyResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.CreateApiKey(ctx, inputReq);
    });
  } else {
    response = await service.CreateApiKey(ctx, request!);
  }

  return Buffer.from(CreateApiKeyResponse.toBinary(response));
}

async function handleApplicationServiceListApiKeysProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListApiKeysRequest, ListApiKeysResponse>[]
) {
  let request: ListApiKeysRequest;
  let response: ListApiKeysResponse;

  try {
    request = ListApiKeysRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListApiKeysRequest,
      ListApiKeysResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListApiKeys(ctx, inputReq);
    });
  } else {
    response = await service.ListApiKeys(ctx, request!);
  }

  return Buffer.from(ListApiKeysResponse.toBinary(response));
}

async function handleApplicationServiceRevokeApiKeyProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RevokeApiKeyRequest, RevokeApiKeyResponse>[]
) {
  let request: RevokeApiKeyRequest;
  let response: RevokeApiKeyResponse;

  try {
    request = RevokeApiKeyRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      RevokeApiKeyRequest,
      RevokeApiKeyResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.RevokeApiKey(ctx, inputReq);
    });
  } else {
    response = await service.RevokeApiKey(ctx, request!);
  }

  return Buffer.from(RevokeApiKeyResponse.toBinary(response));
}

async function handleApplicationServiceRotateApiKeyProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RotateApiKeyRequest, RotateApiKeyResponse>[]
) {
  let request: RotateApiKeyRequest;
  let response: RotateApiKeyResponse;

  try {
    request = RotateApiKeyRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      RotateApiKeyRequest,
      RotateApiKeyResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.RotateApiKey(ctx, inputReq);
    });
  } else {
    response = await service.RotateApiKey(ctx, request!);
  }

  return Buffer.from(RotateApiKeyResponse.toBinary(response));
}

async function handleApplicationServiceAddMemberProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, AddMemberRequest, AddMemberResponse>[]
) {
  let request: AddMemberRequest;
  let response: AddMemberResponse;

  try {
    request = AddMemberRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      AddMemberRequest,
      AddMemberResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.AddMember(ctx, inputReq);
    });
  } else {
    response = await service.AddMember(ctx, request!);
  }

  return Buffer.from(AddMemberResponse.toBinary(response));
}

async function handleApplicationServiceUpdateMemberProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, UpdateMemberRequest, UpdateMemberResponse>[]
) {
  let request: UpdateMemberRequest;
  let response: UpdateMemberResponse;

  try {
    request = UpdateMemberRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      UpdateMemberRequest,
      UpdateMemberResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.UpdateMember(ctx, inputReq);
    });
  } else {
    response = await service.UpdateMember(ctx, request!);
  }

  return Buffer.from(UpdateMemberResponse.toBinary(response));
}

async function handleApplicationServiceRemoveMemberProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RemoveMemberRequest, RemoveMemberResponse>[]
) {
  let request: RemoveMemberRequest;
  let response: RemoveMemberResponse;

  try {
    request = RemoveMemberRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      RemoveMemberRequest,
      RemoveMemberResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.RemoveMember(ctx, inputReq);
    });
  } else {
    response = await service.RemoveMember(ctx, request!);
  }

  return Buffer.from(RemoveMemberResponse.toBinary(response));
}

async function handleApplicationServiceListMembersProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListMembersRequest, ListMembersResponse>[]
) {
  let request: ListMembersRequest;
  let response: ListMembersResponse;

  try {
    request = ListMembersRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListMembersRequest,
      ListMembersResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListMembers(ctx, inputReq);
    });
  } else {
    response = await service.ListMembers(ctx, request!);
  }

  return Buffer.from(ListMembersResponse.toBinary(response));
}

async function handleApplicationServiceGetUsageProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetUsageRequest, GetUsageResponse>[]
) {
  let request: GetUsageRequest;
  let response: GetUsageResponse;

  try {
    request = GetUsageRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetUsageRequest,
      GetUsageResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetUsage(ctx, inputReq);
    });
  } else {
    response = await service.GetUsage(ctx, request!);
  }

  return Buffer.from(GetUsageResponse.toBinary(response));
}

async function handleApplicationServiceListAuditEventsProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: ApplicationServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    ListAuditEventsRequest,
    ListAuditEventsResponse
  >[]
) {
  let request: ListAuditEventsRequest;
  let response: ListAuditEventsResponse;

  try {
    request = ListAuditEventsRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListAuditEventsRequest,
      ListAuditEventsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListAuditEvents(ctx, inputReq);
    });
  } else {
    response = await service.ListAuditEvents(ctx, request!);
  }

  return Buffer.from(ListAuditEventsResponse.toBinary(response));
}
