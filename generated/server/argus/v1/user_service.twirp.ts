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
  InviteUserRequest,
  InviteUserResponse,
  ListUsersRequest,
  ListUsersResponse,
  UpdateUserRequest,
  UpdateUserResponse,
  DisableUserRequest,
  DisableUserResponse,
  EnableUserRequest,
  EnableUserResponse,
  CreateResetLinkRequest,
  CreateResetLinkResponse,
} from "./user_service.ts";

//==================================//
//          Server Code             //
//==================================//

export interface UserServiceTwirp<T extends TwirpContext = TwirpContext> {
  InviteUser(ctx: T, request: InviteUserRequest): Promise<InviteUserResponse>;
  ListUsers(ctx: T, request: ListUsersRequest): Promise<ListUsersResponse>;
  UpdateUser(ctx: T, request: UpdateUserRequest): Promise<UpdateUserResponse>;
  DisableUser(
    ctx: T,
    request: DisableUserRequest
  ): Promise<DisableUserResponse>;
  EnableUser(ctx: T, request: EnableUserRequest): Promise<EnableUserResponse>;
  CreateResetLink(
    ctx: T,
    request: CreateResetLinkRequest
  ): Promise<CreateResetLinkResponse>;
}

export const UserServiceMethod = {
  InviteUser: "InviteUser",
  ListUsers: "ListUsers",
  UpdateUser: "UpdateUser",
  DisableUser: "DisableUser",
  EnableUser: "EnableUser",
  CreateResetLink: "CreateResetLink",
} as const;
export type UserServiceMethod = (typeof UserServiceMethod)[keyof typeof UserServiceMethod];

export const UserServiceMethodList = [
  UserServiceMethod.InviteUser,
  UserServiceMethod.ListUsers,
  UserServiceMethod.UpdateUser,
  UserServiceMethod.DisableUser,
  UserServiceMethod.EnableUser,
  UserServiceMethod.CreateResetLink,
];

export function createUserServiceServer<T extends TwirpContext = TwirpContext>(
  service: UserServiceTwirp<T>
) {
  return new TwirpServer<UserServiceTwirp, T>({
    service,
    packageName: "argus.v1",
    serviceName: "UserService",
    methodList: UserServiceMethodList,
    matchRoute: matchUserServiceRoute,
  });
}

function matchUserServiceRoute<T extends TwirpContext = TwirpContext>(
  method: string,
  events: RouterEvents<T>
) {
  switch (method) {
    case "InviteUser":
      return async (
        ctx: T,
        service: UserServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, InviteUserRequest, InviteUserResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "InviteUser" };
        await events.onMatch(ctx);
        return handleUserServiceInviteUserRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "ListUsers":
      return async (
        ctx: T,
        service: UserServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, ListUsersRequest, ListUsersResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "ListUsers" };
        await events.onMatch(ctx);
        return handleUserServiceListUsersRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "UpdateUser":
      return async (
        ctx: T,
        service: UserServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, UpdateUserRequest, UpdateUserResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "UpdateUser" };
        await events.onMatch(ctx);
        return handleUserServiceUpdateUserRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "DisableUser":
      return async (
        ctx: T,
        service: UserServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, DisableUserRequest, DisableUserResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "DisableUser" };
        await events.onMatch(ctx);
        return handleUserServiceDisableUserRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "EnableUser":
      return async (
        ctx: T,
        service: UserServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, EnableUserRequest, EnableUserResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "EnableUser" };
        await events.onMatch(ctx);
        return handleUserServiceEnableUserRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "CreateResetLink":
      return async (
        ctx: T,
        service: UserServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          CreateResetLinkRequest,
          CreateResetLinkResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "CreateResetLink" };
        await events.onMatch(ctx);
        return handleUserServiceCreateResetLinkRequest(
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

function handleUserServiceInviteUserRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, InviteUserRequest, InviteUserResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleUserServiceInviteUserJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleUserServiceInviteUserProtobuf<T>(
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

function handleUserServiceListUsersRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListUsersRequest, ListUsersResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleUserServiceListUsersJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleUserServiceListUsersProtobuf<T>(
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

function handleUserServiceUpdateUserRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, UpdateUserRequest, UpdateUserResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleUserServiceUpdateUserJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleUserServiceUpdateUserProtobuf<T>(
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

function handleUserServiceDisableUserRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, DisableUserRequest, DisableUserResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleUserServiceDisableUserJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleUserServiceDisableUserProtobuf<T>(
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

function handleUserServiceEnableUserRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, EnableUserRequest, EnableUserResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleUserServiceEnableUserJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleUserServiceEnableUserProtobuf<T>(
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

function handleUserServiceCreateResetLinkRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    CreateResetLinkRequest,
    CreateResetLinkResponse
  >[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleUserServiceCreateResetLinkJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleUserServiceCreateResetLinkProtobuf<T>(
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
async function handleUserServiceInviteUserJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, InviteUserRequest, InviteUserResponse>[]
) {
  let request: InviteUserRequest;
  let response: InviteUserResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = InviteUserRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      InviteUserRequest,
      InviteUserResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.InviteUser(ctx, inputReq);
    });
  } else {
    response = await service.InviteUser(ctx, request!);
  }

  return JSON.stringify(
    InviteUserResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleUserServiceListUsersJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListUsersRequest, ListUsersResponse>[]
) {
  let request: ListUsersRequest;
  let response: ListUsersResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = ListUsersRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListUsersRequest,
      ListUsersResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListUsers(ctx, inputReq);
    });
  } else {
    response = await service.ListUsers(ctx, request!);
  }

  return JSON.stringify(
    ListUsersResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleUserServiceUpdateUserJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, UpdateUserRequest, UpdateUserResponse>[]
) {
  let request: UpdateUserRequest;
  let response: UpdateUserResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = UpdateUserRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      UpdateUserRequest,
      UpdateUserResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.UpdateUser(ctx, inputReq);
    });
  } else {
    response = await service.UpdateUser(ctx, request!);
  }

  return JSON.stringify(
    UpdateUserResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleUserServiceDisableUserJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, DisableUserRequest, DisableUserResponse>[]
) {
  let request: DisableUserRequest;
  let response: DisableUserResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = DisableUserRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      DisableUserRequest,
      DisableUserResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.DisableUser(ctx, inputReq);
    });
  } else {
    response = await service.DisableUser(ctx, request!);
  }

  return JSON.stringify(
    DisableUserResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleUserServiceEnableUserJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, EnableUserRequest, EnableUserResponse>[]
) {
  let request: EnableUserRequest;
  let response: EnableUserResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = EnableUserRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      EnableUserRequest,
      EnableUserResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.EnableUser(ctx, inputReq);
    });
  } else {
    response = await service.EnableUser(ctx, request!);
  }

  return JSON.stringify(
    EnableUserResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleUserServiceCreateResetLinkJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    CreateResetLinkRequest,
    CreateResetLinkResponse
  >[]
) {
  let request: CreateResetLinkRequest;
  let response: CreateResetLinkResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = CreateResetLinkRequest.fromJson(body, {
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
      CreateResetLinkRequest,
      CreateResetLinkResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.CreateResetLink(ctx, inputReq);
    });
  } else {
    response = await service.CreateResetLink(ctx, request!);
  }

  return JSON.stringify(
    CreateResetLinkResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}
async function handleUserServiceInviteUserProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, InviteUserRequest, InviteUserResponse>[]
) {
  let request: InviteUserRequest;
  let response: InviteUserResponse;

  try {
    request = InviteUserRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      InviteUserRequest,
      InviteUserResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.InviteUser(ctx, inputReq);
    });
  } else {
    response = await service.InviteUser(ctx, request!);
  }

  return Buffer.from(InviteUserResponse.toBinary(response));
}

async function handleUserServiceListUsersProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListUsersRequest, ListUsersResponse>[]
) {
  let request: ListUsersRequest;
  let response: ListUsersResponse;

  try {
    request = ListUsersRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListUsersRequest,
      ListUsersResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListUsers(ctx, inputReq);
    });
  } else {
    response = await service.ListUsers(ctx, request!);
  }

  return Buffer.from(ListUsersResponse.toBinary(response));
}

async function handleUserServiceUpdateUserProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, UpdateUserRequest, UpdateUserResponse>[]
) {
  let request: UpdateUserRequest;
  let response: UpdateUserResponse;

  try {
    request = UpdateUserRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      UpdateUserRequest,
      UpdateUserResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.UpdateUser(ctx, inputReq);
    });
  } else {
    response = await service.UpdateUser(ctx, request!);
  }

  return Buffer.from(UpdateUserResponse.toBinary(response));
}

async function handleUserServiceDisableUserProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, DisableUserRequest, DisableUserResponse>[]
) {
  let request: DisableUserRequest;
  let response: DisableUserResponse;

  try {
    request = DisableUserRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      DisableUserRequest,
      DisableUserResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.DisableUser(ctx, inputReq);
    });
  } else {
    response = await service.DisableUser(ctx, request!);
  }

  return Buffer.from(DisableUserResponse.toBinary(response));
}

async function handleUserServiceEnableUserProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, EnableUserRequest, EnableUserResponse>[]
) {
  let request: EnableUserRequest;
  let response: EnableUserResponse;

  try {
    request = EnableUserRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      EnableUserRequest,
      EnableUserResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.EnableUser(ctx, inputReq);
    });
  } else {
    response = await service.EnableUser(ctx, request!);
  }

  return Buffer.from(EnableUserResponse.toBinary(response));
}

async function handleUserServiceCreateResetLinkProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: UserServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<
    T,
    CreateResetLinkRequest,
    CreateResetLinkResponse
  >[]
) {
  let request: CreateResetLinkRequest;
  let response: CreateResetLinkResponse;

  try {
    request = CreateResetLinkRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      CreateResetLinkRequest,
      CreateResetLinkResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.CreateResetLink(ctx, inputReq);
    });
  } else {
    response = await service.CreateResetLink(ctx, request!);
  }

  return Buffer.from(CreateResetLinkResponse.toBinary(response));
}
