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
  GetSetupStateRequest,
  GetSetupStateResponse,
  SetUpOwnerRequest,
  SetUpOwnerResponse,
  LoginRequest,
  LoginResponse,
  RefreshSessionRequest,
  RefreshSessionResponse,
  LogoutRequest,
  LogoutResponse,
  GetMeRequest,
  GetMeResponse,
  GetInviteRequest,
  GetInviteResponse,
  AcceptInviteRequest,
  AcceptInviteResponse,
  ChangePasswordRequest,
  ChangePasswordResponse,
  ResetPasswordRequest,
  ResetPasswordResponse,
  ListSessionsRequest,
  ListSessionsResponse,
  RevokeSessionRequest,
  RevokeSessionResponse,
} from "./auth_service.ts";

//==================================//
//          Server Code             //
//==================================//

export interface AuthServiceTwirp<T extends TwirpContext = TwirpContext> {
  GetSetupState(
    ctx: T,
    request: GetSetupStateRequest
  ): Promise<GetSetupStateResponse>;
  SetUpOwner(ctx: T, request: SetUpOwnerRequest): Promise<SetUpOwnerResponse>;
  Login(ctx: T, request: LoginRequest): Promise<LoginResponse>;
  RefreshSession(
    ctx: T,
    request: RefreshSessionRequest
  ): Promise<RefreshSessionResponse>;
  Logout(ctx: T, request: LogoutRequest): Promise<LogoutResponse>;
  GetMe(ctx: T, request: GetMeRequest): Promise<GetMeResponse>;
  GetInvite(ctx: T, request: GetInviteRequest): Promise<GetInviteResponse>;
  AcceptInvite(
    ctx: T,
    request: AcceptInviteRequest
  ): Promise<AcceptInviteResponse>;
  ChangePassword(
    ctx: T,
    request: ChangePasswordRequest
  ): Promise<ChangePasswordResponse>;
  ResetPassword(
    ctx: T,
    request: ResetPasswordRequest
  ): Promise<ResetPasswordResponse>;
  ListSessions(
    ctx: T,
    request: ListSessionsRequest
  ): Promise<ListSessionsResponse>;
  RevokeSession(
    ctx: T,
    request: RevokeSessionRequest
  ): Promise<RevokeSessionResponse>;
}

export const AuthServiceMethod = {
  GetSetupState: "GetSetupState",
  SetUpOwner: "SetUpOwner",
  Login: "Login",
  RefreshSession: "RefreshSession",
  Logout: "Logout",
  GetMe: "GetMe",
  GetInvite: "GetInvite",
  AcceptInvite: "AcceptInvite",
  ChangePassword: "ChangePassword",
  ResetPassword: "ResetPassword",
  ListSessions: "ListSessions",
  RevokeSession: "RevokeSession",
} as const;
export type AuthServiceMethod = (typeof AuthServiceMethod)[keyof typeof AuthServiceMethod];

export const AuthServiceMethodList = [
  AuthServiceMethod.GetSetupState,
  AuthServiceMethod.SetUpOwner,
  AuthServiceMethod.Login,
  AuthServiceMethod.RefreshSession,
  AuthServiceMethod.Logout,
  AuthServiceMethod.GetMe,
  AuthServiceMethod.GetInvite,
  AuthServiceMethod.AcceptInvite,
  AuthServiceMethod.ChangePassword,
  AuthServiceMethod.ResetPassword,
  AuthServiceMethod.ListSessions,
  AuthServiceMethod.RevokeSession,
];

export function createAuthServiceServer<T extends TwirpContext = TwirpContext>(
  service: AuthServiceTwirp<T>
) {
  return new TwirpServer<AuthServiceTwirp, T>({
    service,
    packageName: "argus.v1",
    serviceName: "AuthService",
    methodList: AuthServiceMethodList,
    matchRoute: matchAuthServiceRoute,
  });
}

function matchAuthServiceRoute<T extends TwirpContext = TwirpContext>(
  method: string,
  events: RouterEvents<T>
) {
  switch (method) {
    case "GetSetupState":
      return async (
        ctx: T,
        service: AuthServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          GetSetupStateRequest,
          GetSetupStateResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "GetSetupState" };
        await events.onMatch(ctx);
        return handleAuthServiceGetSetupStateRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "SetUpOwner":
      return async (
        ctx: T,
        service: AuthServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, SetUpOwnerRequest, SetUpOwnerResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "SetUpOwner" };
        await events.onMatch(ctx);
        return handleAuthServiceSetUpOwnerRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "Login":
      return async (
        ctx: T,
        service: AuthServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, LoginRequest, LoginResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "Login" };
        await events.onMatch(ctx);
        return handleAuthServiceLoginRequest(ctx, service, data, interceptors);
      };
    case "RefreshSession":
      return async (
        ctx: T,
        service: AuthServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          RefreshSessionRequest,
          RefreshSessionResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "RefreshSession" };
        await events.onMatch(ctx);
        return handleAuthServiceRefreshSessionRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "Logout":
      return async (
        ctx: T,
        service: AuthServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, LogoutRequest, LogoutResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "Logout" };
        await events.onMatch(ctx);
        return handleAuthServiceLogoutRequest(ctx, service, data, interceptors);
      };
    case "GetMe":
      return async (
        ctx: T,
        service: AuthServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, GetMeRequest, GetMeResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "GetMe" };
        await events.onMatch(ctx);
        return handleAuthServiceGetMeRequest(ctx, service, data, interceptors);
      };
    case "GetInvite":
      return async (
        ctx: T,
        service: AuthServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<T, GetInviteRequest, GetInviteResponse>[]
      ) => {
        ctx = { ...ctx, methodName: "GetInvite" };
        await events.onMatch(ctx);
        return handleAuthServiceGetInviteRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "AcceptInvite":
      return async (
        ctx: T,
        service: AuthServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          AcceptInviteRequest,
          AcceptInviteResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "AcceptInvite" };
        await events.onMatch(ctx);
        return handleAuthServiceAcceptInviteRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "ChangePassword":
      return async (
        ctx: T,
        service: AuthServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          ChangePasswordRequest,
          ChangePasswordResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "ChangePassword" };
        await events.onMatch(ctx);
        return handleAuthServiceChangePasswordRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "ResetPassword":
      return async (
        ctx: T,
        service: AuthServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          ResetPasswordRequest,
          ResetPasswordResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "ResetPassword" };
        await events.onMatch(ctx);
        return handleAuthServiceResetPasswordRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "ListSessions":
      return async (
        ctx: T,
        service: AuthServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          ListSessionsRequest,
          ListSessionsResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "ListSessions" };
        await events.onMatch(ctx);
        return handleAuthServiceListSessionsRequest(
          ctx,
          service,
          data,
          interceptors
        );
      };
    case "RevokeSession":
      return async (
        ctx: T,
        service: AuthServiceTwirp,
        data: Buffer,
        interceptors?: Interceptor<
          T,
          RevokeSessionRequest,
          RevokeSessionResponse
        >[]
      ) => {
        ctx = { ...ctx, methodName: "RevokeSession" };
        await events.onMatch(ctx);
        return handleAuthServiceRevokeSessionRequest(
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

function handleAuthServiceGetSetupStateRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetSetupStateRequest, GetSetupStateResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleAuthServiceGetSetupStateJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleAuthServiceGetSetupStateProtobuf<T>(
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

function handleAuthServiceSetUpOwnerRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, SetUpOwnerRequest, SetUpOwnerResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleAuthServiceSetUpOwnerJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleAuthServiceSetUpOwnerProtobuf<T>(
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

function handleAuthServiceLoginRequest<T extends TwirpContext = TwirpContext>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, LoginRequest, LoginResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleAuthServiceLoginJSON<T>(ctx, service, data, interceptors);
    case TwirpContentType.Protobuf:
      return handleAuthServiceLoginProtobuf<T>(
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

function handleAuthServiceRefreshSessionRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RefreshSessionRequest, RefreshSessionResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleAuthServiceRefreshSessionJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleAuthServiceRefreshSessionProtobuf<T>(
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

function handleAuthServiceLogoutRequest<T extends TwirpContext = TwirpContext>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, LogoutRequest, LogoutResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleAuthServiceLogoutJSON<T>(ctx, service, data, interceptors);
    case TwirpContentType.Protobuf:
      return handleAuthServiceLogoutProtobuf<T>(
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

function handleAuthServiceGetMeRequest<T extends TwirpContext = TwirpContext>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetMeRequest, GetMeResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleAuthServiceGetMeJSON<T>(ctx, service, data, interceptors);
    case TwirpContentType.Protobuf:
      return handleAuthServiceGetMeProtobuf<T>(
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

function handleAuthServiceGetInviteRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetInviteRequest, GetInviteResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleAuthServiceGetInviteJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleAuthServiceGetInviteProtobuf<T>(
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

function handleAuthServiceAcceptInviteRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, AcceptInviteRequest, AcceptInviteResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleAuthServiceAcceptInviteJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleAuthServiceAcceptInviteProtobuf<T>(
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

function handleAuthServiceChangePasswordRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ChangePasswordRequest, ChangePasswordResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleAuthServiceChangePasswordJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleAuthServiceChangePasswordProtobuf<T>(
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

function handleAuthServiceResetPasswordRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ResetPasswordRequest, ResetPasswordResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleAuthServiceResetPasswordJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleAuthServiceResetPasswordProtobuf<T>(
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

function handleAuthServiceListSessionsRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListSessionsRequest, ListSessionsResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleAuthServiceListSessionsJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleAuthServiceListSessionsProtobuf<T>(
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

function handleAuthServiceRevokeSessionRequest<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RevokeSessionRequest, RevokeSessionResponse>[]
): Promise<string | Uint8Array> {
  switch (ctx.contentType) {
    case TwirpContentType.JSON:
      return handleAuthServiceRevokeSessionJSON<T>(
        ctx,
        service,
        data,
        interceptors
      );
    case TwirpContentType.Protobuf:
      return handleAuthServiceRevokeSessionProtobuf<T>(
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
async function handleAuthServiceGetSetupStateJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetSetupStateRequest, GetSetupStateResponse>[]
) {
  let request: GetSetupStateRequest;
  let response: GetSetupStateResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = GetSetupStateRequest.fromJson(body, {
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
      GetSetupStateRequest,
      GetSetupStateResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetSetupState(ctx, inputReq);
    });
  } else {
    response = await service.GetSetupState(ctx, request!);
  }

  return JSON.stringify(
    GetSetupStateResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleAuthServiceSetUpOwnerJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, SetUpOwnerRequest, SetUpOwnerResponse>[]
) {
  let request: SetUpOwnerRequest;
  let response: SetUpOwnerResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = SetUpOwnerRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      SetUpOwnerRequest,
      SetUpOwnerResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.SetUpOwner(ctx, inputReq);
    });
  } else {
    response = await service.SetUpOwner(ctx, request!);
  }

  return JSON.stringify(
    SetUpOwnerResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleAuthServiceLoginJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, LoginRequest, LoginResponse>[]
) {
  let request: LoginRequest;
  let response: LoginResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = LoginRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      LoginRequest,
      LoginResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.Login(ctx, inputReq);
    });
  } else {
    response = await service.Login(ctx, request!);
  }

  return JSON.stringify(
    LoginResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleAuthServiceRefreshSessionJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RefreshSessionRequest, RefreshSessionResponse>[]
) {
  let request: RefreshSessionRequest;
  let response: RefreshSessionResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = RefreshSessionRequest.fromJson(body, {
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
      RefreshSessionRequest,
      RefreshSessionResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.RefreshSession(ctx, inputReq);
    });
  } else {
    response = await service.RefreshSession(ctx, request!);
  }

  return JSON.stringify(
    RefreshSessionResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleAuthServiceLogoutJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, LogoutRequest, LogoutResponse>[]
) {
  let request: LogoutRequest;
  let response: LogoutResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = LogoutRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      LogoutRequest,
      LogoutResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.Logout(ctx, inputReq);
    });
  } else {
    response = await service.Logout(ctx, request!);
  }

  return JSON.stringify(
    LogoutResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleAuthServiceGetMeJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetMeRequest, GetMeResponse>[]
) {
  let request: GetMeRequest;
  let response: GetMeResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = GetMeRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetMeRequest,
      GetMeResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetMe(ctx, inputReq);
    });
  } else {
    response = await service.GetMe(ctx, request!);
  }

  return JSON.stringify(
    GetMeResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleAuthServiceGetInviteJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetInviteRequest, GetInviteResponse>[]
) {
  let request: GetInviteRequest;
  let response: GetInviteResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = GetInviteRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetInviteRequest,
      GetInviteResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetInvite(ctx, inputReq);
    });
  } else {
    response = await service.GetInvite(ctx, request!);
  }

  return JSON.stringify(
    GetInviteResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleAuthServiceAcceptInviteJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, AcceptInviteRequest, AcceptInviteResponse>[]
) {
  let request: AcceptInviteRequest;
  let response: AcceptInviteResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = AcceptInviteRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      AcceptInviteRequest,
      AcceptInviteResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.AcceptInvite(ctx, inputReq);
    });
  } else {
    response = await service.AcceptInvite(ctx, request!);
  }

  return JSON.stringify(
    AcceptInviteResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleAuthServiceChangePasswordJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ChangePasswordRequest, ChangePasswordResponse>[]
) {
  let request: ChangePasswordRequest;
  let response: ChangePasswordResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = ChangePasswordRequest.fromJson(body, {
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
      ChangePasswordRequest,
      ChangePasswordResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ChangePassword(ctx, inputReq);
    });
  } else {
    response = await service.ChangePassword(ctx, request!);
  }

  return JSON.stringify(
    ChangePasswordResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleAuthServiceResetPasswordJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ResetPasswordRequest, ResetPasswordResponse>[]
) {
  let request: ResetPasswordRequest;
  let response: ResetPasswordResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = ResetPasswordRequest.fromJson(body, {
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
      ResetPasswordRequest,
      ResetPasswordResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ResetPassword(ctx, inputReq);
    });
  } else {
    response = await service.ResetPassword(ctx, request!);
  }

  return JSON.stringify(
    ResetPasswordResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleAuthServiceListSessionsJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListSessionsRequest, ListSessionsResponse>[]
) {
  let request: ListSessionsRequest;
  let response: ListSessionsResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = ListSessionsRequest.fromJson(body, { ignoreUnknownFields: true });
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the json request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListSessionsRequest,
      ListSessionsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListSessions(ctx, inputReq);
    });
  } else {
    response = await service.ListSessions(ctx, request!);
  }

  return JSON.stringify(
    ListSessionsResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}

async function handleAuthServiceRevokeSessionJSON<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RevokeSessionRequest, RevokeSessionResponse>[]
) {
  let request: RevokeSessionRequest;
  let response: RevokeSessionResponse;

  try {
    const body = JSON.parse(data.toString() || "{}");
    request = RevokeSessionRequest.fromJson(body, {
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
      RevokeSessionRequest,
      RevokeSessionResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.RevokeSession(ctx, inputReq);
    });
  } else {
    response = await service.RevokeSession(ctx, request!);
  }

  return JSON.stringify(
    RevokeSessionResponse.toJson(response, {
      useProtoFieldName: true,
      emitDefaultValues: true,
    }) as string
  );
}
async function handleAuthServiceGetSetupStateProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetSetupStateRequest, GetSetupStateResponse>[]
) {
  let request: GetSetupStateRequest;
  let response: GetSetupStateResponse;

  try {
    request = GetSetupStateRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetSetupStateRequest,
      GetSetupStateResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetSetupState(ctx, inputReq);
    });
  } else {
    response = await service.GetSetupState(ctx, request!);
  }

  return Buffer.from(GetSetupStateResponse.toBinary(response));
}

async function handleAuthServiceSetUpOwnerProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, SetUpOwnerRequest, SetUpOwnerResponse>[]
) {
  let request: SetUpOwnerRequest;
  let response: SetUpOwnerResponse;

  try {
    request = SetUpOwnerRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      SetUpOwnerRequest,
      SetUpOwnerResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.SetUpOwner(ctx, inputReq);
    });
  } else {
    response = await service.SetUpOwner(ctx, request!);
  }

  return Buffer.from(SetUpOwnerResponse.toBinary(response));
}

async function handleAuthServiceLoginProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, LoginRequest, LoginResponse>[]
) {
  let request: LoginRequest;
  let response: LoginResponse;

  try {
    request = LoginRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      LoginRequest,
      LoginResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.Login(ctx, inputReq);
    });
  } else {
    response = await service.Login(ctx, request!);
  }

  return Buffer.from(LoginResponse.toBinary(response));
}

async function handleAuthServiceRefreshSessionProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RefreshSessionRequest, RefreshSessionResponse>[]
) {
  let request: RefreshSessionRequest;
  let response: RefreshSessionResponse;

  try {
    request = RefreshSessionRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      RefreshSessionRequest,
      RefreshSessionResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.RefreshSession(ctx, inputReq);
    });
  } else {
    response = await service.RefreshSession(ctx, request!);
  }

  return Buffer.from(RefreshSessionResponse.toBinary(response));
}

async function handleAuthServiceLogoutProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, LogoutRequest, LogoutResponse>[]
) {
  let request: LogoutRequest;
  let response: LogoutResponse;

  try {
    request = LogoutRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      LogoutRequest,
      LogoutResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.Logout(ctx, inputReq);
    });
  } else {
    response = await service.Logout(ctx, request!);
  }

  return Buffer.from(LogoutResponse.toBinary(response));
}

async function handleAuthServiceGetMeProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetMeRequest, GetMeResponse>[]
) {
  let request: GetMeRequest;
  let response: GetMeResponse;

  try {
    request = GetMeRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetMeRequest,
      GetMeResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetMe(ctx, inputReq);
    });
  } else {
    response = await service.GetMe(ctx, request!);
  }

  return Buffer.from(GetMeResponse.toBinary(response));
}

async function handleAuthServiceGetInviteProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, GetInviteRequest, GetInviteResponse>[]
) {
  let request: GetInviteRequest;
  let response: GetInviteResponse;

  try {
    request = GetInviteRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      GetInviteRequest,
      GetInviteResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.GetInvite(ctx, inputReq);
    });
  } else {
    response = await service.GetInvite(ctx, request!);
  }

  return Buffer.from(GetInviteResponse.toBinary(response));
}

async function handleAuthServiceAcceptInviteProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, AcceptInviteRequest, AcceptInviteResponse>[]
) {
  let request: AcceptInviteRequest;
  let response: AcceptInviteResponse;

  try {
    request = AcceptInviteRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      AcceptInviteRequest,
      AcceptInviteResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.AcceptInvite(ctx, inputReq);
    });
  } else {
    response = await service.AcceptInvite(ctx, request!);
  }

  return Buffer.from(AcceptInviteResponse.toBinary(response));
}

async function handleAuthServiceChangePasswordProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ChangePasswordRequest, ChangePasswordResponse>[]
) {
  let request: ChangePasswordRequest;
  let response: ChangePasswordResponse;

  try {
    request = ChangePasswordRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ChangePasswordRequest,
      ChangePasswordResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ChangePassword(ctx, inputReq);
    });
  } else {
    response = await service.ChangePassword(ctx, request!);
  }

  return Buffer.from(ChangePasswordResponse.toBinary(response));
}

async function handleAuthServiceResetPasswordProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ResetPasswordRequest, ResetPasswordResponse>[]
) {
  let request: ResetPasswordRequest;
  let response: ResetPasswordResponse;

  try {
    request = ResetPasswordRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ResetPasswordRequest,
      ResetPasswordResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ResetPassword(ctx, inputReq);
    });
  } else {
    response = await service.ResetPassword(ctx, request!);
  }

  return Buffer.from(ResetPasswordResponse.toBinary(response));
}

async function handleAuthServiceListSessionsProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, ListSessionsRequest, ListSessionsResponse>[]
) {
  let request: ListSessionsRequest;
  let response: ListSessionsResponse;

  try {
    request = ListSessionsRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      ListSessionsRequest,
      ListSessionsResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.ListSessions(ctx, inputReq);
    });
  } else {
    response = await service.ListSessions(ctx, request!);
  }

  return Buffer.from(ListSessionsResponse.toBinary(response));
}

async function handleAuthServiceRevokeSessionProtobuf<
  T extends TwirpContext = TwirpContext
>(
  ctx: T,
  service: AuthServiceTwirp,
  data: Buffer,
  interceptors?: Interceptor<T, RevokeSessionRequest, RevokeSessionResponse>[]
) {
  let request: RevokeSessionRequest;
  let response: RevokeSessionResponse;

  try {
    request = RevokeSessionRequest.fromBinary(data);
  } catch (e) {
    if (e instanceof Error) {
      const msg = "the protobuf request could not be decoded";
      throw new TwirpError(TwirpErrorCode.Malformed, msg).withCause(e, true);
    }
  }

  if (interceptors && interceptors.length > 0) {
    const interceptor = chainInterceptors(...interceptors) as Interceptor<
      T,
      RevokeSessionRequest,
      RevokeSessionResponse
    >;
    response = await interceptor(ctx, request!, (ctx, inputReq) => {
      return service.RevokeSession(ctx, inputReq);
    });
  } else {
    response = await service.RevokeSession(ctx, request!);
  }

  return Buffer.from(RevokeSessionResponse.toBinary(response));
}
