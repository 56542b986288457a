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

export interface AuthServiceClient {
  GetSetupState(request: GetSetupStateRequest): Promise<GetSetupStateResponse>;
  SetUpOwner(request: SetUpOwnerRequest): Promise<SetUpOwnerResponse>;
  Login(request: LoginRequest): Promise<LoginResponse>;
  RefreshSession(
    request: RefreshSessionRequest
  ): Promise<RefreshSessionResponse>;
  Logout(request: LogoutRequest): Promise<LogoutResponse>;
  GetMe(request: GetMeRequest): Promise<GetMeResponse>;
  GetInvite(request: GetInviteRequest): Promise<GetInviteResponse>;
  AcceptInvite(request: AcceptInviteRequest): Promise<AcceptInviteResponse>;
  ChangePassword(
    request: ChangePasswordRequest
  ): Promise<ChangePasswordResponse>;
  ResetPassword(request: ResetPasswordRequest): Promise<ResetPasswordResponse>;
  ListSessions(request: ListSessionsRequest): Promise<ListSessionsResponse>;
  RevokeSession(request: RevokeSessionRequest): Promise<RevokeSessionResponse>;
}

export class AuthServiceClientJSON implements AuthServiceClient {
  private readonly rpc: Rpc;
  constructor(rpc: Rpc) {
    this.rpc = rpc;
    this.GetSetupState.bind(this);
    this.SetUpOwner.bind(this);
    this.Login.bind(this);
    this.RefreshSession.bind(this);
    this.Logout.bind(this);
    this.GetMe.bind(this);
    this.GetInvite.bind(this);
    this.AcceptInvite.bind(this);
    this.ChangePassword.bind(this);
    this.ResetPassword.bind(this);
    this.ListSessions.bind(this);
    this.RevokeSession.bind(this);
  }
  GetSetupState(request: GetSetupStateRequest): Promise<GetSetupStateResponse> {
    const data = GetSetupStateRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "GetSetupState",
      "application/json",
      data as object
    );
    return promise.then((data) => GetSetupStateResponse.fromJSON(data as any));
  }

  SetUpOwner(request: SetUpOwnerRequest): Promise<SetUpOwnerResponse> {
    const data = SetUpOwnerRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "SetUpOwner",
      "application/json",
      data as object
    );
    return promise.then((data) => SetUpOwnerResponse.fromJSON(data as any));
  }

  Login(request: LoginRequest): Promise<LoginResponse> {
    const data = LoginRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "Login",
      "application/json",
      data as object
    );
    return promise.then((data) => LoginResponse.fromJSON(data as any));
  }

  RefreshSession(
    request: RefreshSessionRequest
  ): Promise<RefreshSessionResponse> {
    const data = RefreshSessionRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "RefreshSession",
      "application/json",
      data as object
    );
    return promise.then((data) => RefreshSessionResponse.fromJSON(data as any));
  }

  Logout(request: LogoutRequest): Promise<LogoutResponse> {
    const data = LogoutRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "Logout",
      "application/json",
      data as object
    );
    return promise.then((data) => LogoutResponse.fromJSON(data as any));
  }

  GetMe(request: GetMeRequest): Promise<GetMeResponse> {
    const data = GetMeRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "GetMe",
      "application/json",
      data as object
    );
    return promise.then((data) => GetMeResponse.fromJSON(data as any));
  }

  GetInvite(request: GetInviteRequest): Promise<GetInviteResponse> {
    const data = GetInviteRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "GetInvite",
      "application/json",
      data as object
    );
    return promise.then((data) => GetInviteResponse.fromJSON(data as any));
  }

  AcceptInvite(request: AcceptInviteRequest): Promise<AcceptInviteResponse> {
    const data = AcceptInviteRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "AcceptInvite",
      "application/json",
      data as object
    );
    return promise.then((data) => AcceptInviteResponse.fromJSON(data as any));
  }

  ChangePassword(
    request: ChangePasswordRequest
  ): Promise<ChangePasswordResponse> {
    const data = ChangePasswordRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "ChangePassword",
      "application/json",
      data as object
    );
    return promise.then((data) => ChangePasswordResponse.fromJSON(data as any));
  }

  ResetPassword(request: ResetPasswordRequest): Promise<ResetPasswordResponse> {
    const data = ResetPasswordRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "ResetPassword",
      "application/json",
      data as object
    );
    return promise.then((data) => ResetPasswordResponse.fromJSON(data as any));
  }

  ListSessions(request: ListSessionsRequest): Promise<ListSessionsResponse> {
    const data = ListSessionsRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "ListSessions",
      "application/json",
      data as object
    );
    return promise.then((data) => ListSessionsResponse.fromJSON(data as any));
  }

  RevokeSession(request: RevokeSessionRequest): Promise<RevokeSessionResponse> {
    const data = RevokeSessionRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "RevokeSession",
      "application/json",
      data as object
    );
    return promise.then((data) => RevokeSessionResponse.fromJSON(data as any));
  }
}

export class AuthServiceClientProtobuf implements AuthServiceClient {
  private readonly rpc: Rpc;
  constructor(rpc: Rpc) {
    this.rpc = rpc;
    this.GetSetupState.bind(this);
    this.SetUpOwner.bind(this);
    this.Login.bind(this);
    this.RefreshSession.bind(this);
    this.Logout.bind(this);
    this.GetMe.bind(this);
    this.GetInvite.bind(this);
    this.AcceptInvite.bind(this);
    this.ChangePassword.bind(this);
    this.ResetPassword.bind(this);
    this.ListSessions.bind(this);
    this.RevokeSession.bind(this);
  }
  GetSetupState(request: GetSetupStateRequest): Promise<GetSetupStateResponse> {
    const data = GetSetupStateRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "GetSetupState",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      GetSetupStateResponse.decode(data as Uint8Array)
    );
  }

  SetUpOwner(request: SetUpOwnerRequest): Promise<SetUpOwnerResponse> {
    const data = SetUpOwnerRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "SetUpOwner",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      SetUpOwnerResponse.decode(data as Uint8Array)
    );
  }

  Login(request: LoginRequest): Promise<LoginResponse> {
    const data = LoginRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "Login",
      "application/protobuf",
      data
    );
    return promise.then((data) => LoginResponse.decode(data as Uint8Array));
  }

  RefreshSession(
    request: RefreshSessionRequest
  ): Promise<RefreshSessionResponse> {
    const data = RefreshSessionRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "RefreshSession",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      RefreshSessionResponse.decode(data as Uint8Array)
    );
  }

  Logout(request: LogoutRequest): Promise<LogoutResponse> {
    const data = LogoutRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "Logout",
      "application/protobuf",
      data
    );
    return promise.then((data) => LogoutResponse.decode(data as Uint8Array));
  }

  GetMe(request: GetMeRequest): Promise<GetMeResponse> {
    const data = GetMeRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "GetMe",
      "application/protobuf",
      data
    );
    return promise.then((data) => GetMeResponse.decode(data as Uint8Array));
  }

  GetInvite(request: GetInviteRequest): Promise<GetInviteResponse> {
    const data = GetInviteRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "GetInvite",
      "application/protobuf",
      data
    );
    return promise.then((data) => GetInviteResponse.decode(data as Uint8Array));
  }

  AcceptInvite(request: AcceptInviteRequest): Promise<AcceptInviteResponse> {
    const data = AcceptInviteRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "AcceptInvite",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      AcceptInviteResponse.decode(data as Uint8Array)
    );
  }

  ChangePassword(
    request: ChangePasswordRequest
  ): Promise<ChangePasswordResponse> {
    const data = ChangePasswordRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "ChangePassword",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      ChangePasswordResponse.decode(data as Uint8Array)
    );
  }

  ResetPassword(request: ResetPasswordRequest): Promise<ResetPasswordResponse> {
    const data = ResetPasswordRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "ResetPassword",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      ResetPasswordResponse.decode(data as Uint8Array)
    );
  }

  ListSessions(request: ListSessionsRequest): Promise<ListSessionsResponse> {
    const data = ListSessionsRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "ListSessions",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      ListSessionsResponse.decode(data as Uint8Array)
    );
  }

  RevokeSession(request: RevokeSessionRequest): Promise<RevokeSessionResponse> {
    const data = RevokeSessionRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.AuthService",
      "RevokeSession",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      RevokeSessionResponse.decode(data as Uint8Array)
    );
  }
}
