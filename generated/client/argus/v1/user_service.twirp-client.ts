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

export interface UserServiceClient {
  InviteUser(request: InviteUserRequest): Promise<InviteUserResponse>;
  ListUsers(request: ListUsersRequest): Promise<ListUsersResponse>;
  UpdateUser(request: UpdateUserRequest): Promise<UpdateUserResponse>;
  DisableUser(request: DisableUserRequest): Promise<DisableUserResponse>;
  EnableUser(request: EnableUserRequest): Promise<EnableUserResponse>;
  CreateResetLink(
    request: CreateResetLinkRequest
  ): Promise<CreateResetLinkResponse>;
}

export class UserServiceClientJSON implements UserServiceClient {
  private readonly rpc: Rpc;
  constructor(rpc: Rpc) {
    this.rpc = rpc;
    this.InviteUser.bind(this);
    this.ListUsers.bind(this);
    this.UpdateUser.bind(this);
    this.DisableUser.bind(this);
    this.EnableUser.bind(this);
    this.CreateResetLink.bind(this);
  }
  InviteUser(request: InviteUserRequest): Promise<InviteUserResponse> {
    const data = InviteUserRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.UserService",
      "InviteUser",
      "application/json",
      data as object
    );
    return promise.then((data) => InviteUserResponse.fromJSON(data as any));
  }

  ListUsers(request: ListUsersRequest): Promise<ListUsersResponse> {
    const data = ListUsersRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.UserService",
      "ListUsers",
      "application/json",
      data as object
    );
    return promise.then((data) => ListUsersResponse.fromJSON(data as any));
  }

  UpdateUser(request: UpdateUserRequest): Promise<UpdateUserResponse> {
    const data = UpdateUserRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.UserService",
      "UpdateUser",
      "application/json",
      data as object
    );
    return promise.then((data) => UpdateUserResponse.fromJSON(data as any));
  }

  DisableUser(request: DisableUserRequest): Promise<DisableUserResponse> {
    const data = DisableUserRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.UserService",
      "DisableUser",
      "application/json",
      data as object
    );
    return promise.then((data) => DisableUserResponse.fromJSON(data as any));
  }

  EnableUser(request: EnableUserRequest): Promise<EnableUserResponse> {
    const data = EnableUserRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.UserService",
      "EnableUser",
      "application/json",
      data as object
    );
    return promise.then((data) => EnableUserResponse.fromJSON(data as any));
  }

  CreateResetLink(
    request: CreateResetLinkRequest
  ): Promise<CreateResetLinkResponse> {
    const data = CreateResetLinkRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.UserService",
      "CreateResetLink",
      "application/json",
      data as object
    );
    return promise.then((data) =>
      CreateResetLinkResponse.fromJSON(data as any)
    );
  }
}

export class UserServiceClientProtobuf implements UserServiceClient {
  private readonly rpc: Rpc;
  constructor(rpc: Rpc) {
    this.rpc = rpc;
    this.InviteUser.bind(this);
    this.ListUsers.bind(this);
    this.UpdateUser.bind(this);
    this.DisableUser.bind(this);
    this.EnableUser.bind(this);
    this.CreateResetLink.bind(this);
  }
  InviteUser(request: InviteUserRequest): Promise<InviteUserResponse> {
    const data = InviteUserRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.UserService",
      "InviteUser",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      InviteUserResponse.decode(data as Uint8Array)
    );
  }

  ListUsers(request: ListUsersRequest): Promise<ListUsersResponse> {
    const data = ListUsersRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.UserService",
      "ListUsers",
      "application/protobuf",
      data
    );
    return promise.then((data) => ListUsersResponse.decode(data as Uint8Array));
  }

  UpdateUser(request: UpdateUserRequest): Promise<UpdateUserResponse> {
    const data = UpdateUserRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.UserService",
      "UpdateUser",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      UpdateUserResponse.decode(data as Uint8Array)
    );
  }

  DisableUser(request: DisableUserRequest): Promise<DisableUserResponse> {
    const data = DisableUserRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.UserService",
      "DisableUser",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      DisableUserResponse.decode(data as Uint8Array)
    );
  }

  EnableUser(request: EnableUserRequest): Promise<EnableUserResponse> {
    const data = EnableUserRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.UserService",
      "EnableUser",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      EnableUserResponse.decode(data as Uint8Array)
    );
  }

  CreateResetLink(
    request: CreateResetLinkRequest
  ): Promise<CreateResetLinkResponse> {
    const data = CreateResetLinkRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.UserService",
      "CreateResetLink",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      CreateResetLinkResponse.decode(data as Uint8Array)
    );
  }
}
