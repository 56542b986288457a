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

export interface ApplicationServiceClient {
  CreateApplication(
    request: CreateApplicationRequest
  ): Promise<CreateApplicationResponse>;
  GetApplication(
    request: GetApplicationRequest
  ): Promise<GetApplicationResponse>;
  ListApplications(
    request: ListApplicationsRequest
  ): Promise<ListApplicationsResponse>;
  UpdateApplication(
    request: UpdateApplicationRequest
  ): Promise<UpdateApplicationResponse>;
  DeleteApplication(
    request: DeleteApplicationRequest
  ): Promise<DeleteApplicationResponse>;
  CreateApiKey(request: CreateApiKeyRequest): Promise<CreateApiKeyResponse>;
  ListApiKeys(request: ListApiKeysRequest): Promise<ListApiKeysResponse>;
  RevokeApiKey(request: RevokeApiKeyRequest): Promise<RevokeApiKeyResponse>;
  RotateApiKey(request: RotateApiKeyRequest): Promise<RotateApiKeyResponse>;
  AddMember(request: AddMemberRequest): Promise<AddMemberResponse>;
  UpdateMember(request: UpdateMemberRequest): Promise<UpdateMemberResponse>;
  RemoveMember(request: RemoveMemberRequest): Promise<RemoveMemberResponse>;
  ListMembers(request: ListMembersRequest): Promise<ListMembersResponse>;
  GetUsage(request: GetUsageRequest): Promise<GetUsageResponse>;
  ListAuditEvents(
    request: ListAuditEventsRequest
  ): Promise<ListAuditEventsResponse>;
}

export class ApplicationServiceClientJSON implements ApplicationServiceClient {
  private readonly rpc: Rpc;
  constructor(rpc: Rpc) {
    this.rpc = rpc;
    this.CreateApplication.bind(this);
    this.GetApplication.bind(this);
    this.ListApplications.bind(this);
    this.UpdateApplication.bind(this);
    this.DeleteApplication.bind(this);
    this.CreateApiKey.bind(this);
    this.ListApiKeys.bind(this);
    this.RevokeApiKey.bind(this);
    this.RotateApiKey.bind(this);
    this.AddMember.bind(this);
    this.UpdateMember.bind(this);
    this.RemoveMember.bind(this);
    this.ListMembers.bind(this);
    this.GetUsage.bind(this);
    this.ListAuditEvents.bind(this);
  }
  CreateApplication(
    request: CreateApplicationRequest
  ): Promise<CreateApplicationResponse> {
    const data = CreateApplicationRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "CreateApplication",
      "application/json",
      data as object
    );
    return promise.then((data) =>
      CreateApplicationResponse.fromJSON(data as any)
    );
  }

  GetApplication(
    request: GetApplicationRequest
  ): Promise<GetApplicationResponse> {
    const data = GetApplicationRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "GetApplication",
      "application/json",
      data as object
    );
    return promise.then((data) => GetApplicationResponse.fromJSON(data as any));
  }

  ListApplications(
    request: ListApplicationsRequest
  ): Promise<ListApplicationsResponse> {
    const data = ListApplicationsRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "ListApplications",
      "application/json",
      data as object
    );
    return promise.then((data) =>
      ListApplicationsResponse.fromJSON(data as any)
    );
  }

  UpdateApplication(
    request: UpdateApplicationRequest
  ): Promise<UpdateApplicationResponse> {
    const data = UpdateApplicationRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "UpdateApplication",
      "application/json",
      data as object
    );
    return promise.then((data) =>
      UpdateApplicationResponse.fromJSON(data as any)
    );
  }

  DeleteApplication(
    request: DeleteApplicationRequest
  ): Promise<DeleteApplicationResponse> {
    const data = DeleteApplicationRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "DeleteApplication",
      "application/json",
      data as object
    );
    return promise.then((data) =>
      DeleteApplicationResponse.fromJSON(data as any)
    );
  }

  CreateApiKey(request: CreateApiKeyRequest): Promise<CreateApiKeyResponse> {
    const data = CreateApiKeyRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "CreateApiKey",
      "application/json",
      data as object
    );
    return promise.then((data) => CreateApiKeyResponse.fromJSON(data as any));
  }

  ListApiKeys(request: ListApiKeysRequest): Promise<ListApiKeysResponse> {
    const data = ListApiKeysRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "ListApiKeys",
      "application/json",
      data as object
    );
    return promise.then((data) => ListApiKeysResponse.fromJSON(data as any));
  }

  RevokeApiKey(request: RevokeApiKeyRequest): Promise<RevokeApiKeyResponse> {
    const data = RevokeApiKeyRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "RevokeApiKey",
      "application/json",
      data as object
    );
    return promise.then((data) => RevokeApiKeyResponse.fromJSON(data as any));
  }

  RotateApiKey(request: RotateApiKeyRequest): Promise<RotateApiKeyResponse> {
    const data = RotateApiKeyRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "RotateApiKey",
      "application/json",
      data as object
    );
    return promise.then((data) => RotateApiKeyResponse.fromJSON(data as any));
  }

  AddMember(request: AddMemberRequest): Promise<AddMemberResponse> {
    const data = AddMemberRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "AddMember",
      "application/json",
      data as object
    );
    return promise.then((data) => AddMemberResponse.fromJSON(data as any));
  }

  UpdateMember(request: UpdateMemberRequest): Promise<UpdateMemberResponse> {
    const data = UpdateMemberRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "UpdateMember",
      "application/json",
      data as object
    );
    return promise.then((data) => UpdateMemberResponse.fromJSON(data as any));
  }

  RemoveMember(request: RemoveMemberRequest): Promise<RemoveMemberResponse> {
    const data = RemoveMemberRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "RemoveMember",
      "application/json",
      data as object
    );
    return promise.then((data) => RemoveMemberResponse.fromJSON(data as any));
  }

  ListMembers(request: ListMembersRequest): Promise<ListMembersResponse> {
    const data = ListMembersRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "ListMembers",
      "application/json",
      data as object
    );
    return promise.then((data) => ListMembersResponse.fromJSON(data as any));
  }

  GetUsage(request: GetUsageRequest): Promise<GetUsageResponse> {
    const data = GetUsageRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "GetUsage",
      "application/json",
      data as object
    );
    return promise.then((data) => GetUsageResponse.fromJSON(data as any));
  }

  ListAuditEvents(
    request: ListAuditEventsRequest
  ): Promise<ListAuditEventsResponse> {
    const data = ListAuditEventsRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "ListAuditEvents",
      "application/json",
      data as object
    );
    return promise.then((data) =>
      ListAuditEventsResponse.fromJSON(data as any)
    );
  }
}

export class ApplicationServiceClientProtobuf
  implements ApplicationServiceClient
{
  private readonly rpc: Rpc;
  constructor(rpc: Rpc) {
    this.rpc = rpc;
    this.CreateApplication.bind(this);
    this.GetApplication.bind(this);
    this.ListApplications.bind(this);
    this.UpdateApplication.bind(this);
    this.DeleteApplication.bind(this);
    this.CreateApiKey.bind(this);
    this.ListApiKeys.bind(this);
    this.RevokeApiKey.bind(this);
    this.RotateApiKey.bind(this);
    this.AddMember.bind(this);
    this.UpdateMember.bind(this);
    this.RemoveMember.bind(this);
    this.ListMembers.bind(this);
    this.GetUsage.bind(this);
    this.ListAuditEvents.bind(this);
  }
  CreateApplication(
    request: CreateApplicationRequest
  ): Promise<CreateApplicationResponse> {
    const data = CreateApplicationRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "CreateApplication",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      CreateApplicationResponse.decode(data as Uint8Array)
    );
  }

  GetApplication(
    request: GetApplicationRequest
  ): Promise<GetApplicationResponse> {
    const data = GetApplicationRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "GetApplication",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      GetApplicationResponse.decode(data as Uint8Array)
    );
  }

  ListApplications(
    request: ListApplicationsRequest
  ): Promise<ListApplicationsResponse> {
    const data = ListApplicationsRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "ListApplications",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      ListApplicationsResponse.decode(data as Uint8Array)
    );
  }

  UpdateApplication(
    request: UpdateApplicationRequest
  ): Promise<UpdateApplicationResponse> {
    const data = UpdateApplicationRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "UpdateApplication",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      UpdateApplicationResponse.decode(data as Uint8Array)
    );
  }

  DeleteApplication(
    request: DeleteApplicationRequest
  ): Promise<DeleteApplicationResponse> {
    const data = DeleteApplicationRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "DeleteApplication",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      DeleteApplicationResponse.decode(data as Uint8Array)
    );
  }

  CreateApiKey(request: CreateApiKeyRequest): Promise<CreateApiKeyResponse> {
    const data = CreateApiKeyRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "CreateApiKey",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      CreateApiKeyResponse.decode(data as Uint8Array)
    );
  }

  ListApiKeys(request: ListApiKeysRequest): Promise<ListApiKeysResponse> {
    const data = ListApiKeysRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "ListApiKeys",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      ListApiKeysResponse.decode(data as Uint8Array)
    );
  }

  RevokeApiKey(request: RevokeApiKeyRequest): Promise<RevokeApiKeyResponse> {
    const data = RevokeApiKeyRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "RevokeApiKey",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      RevokeApiKeyResponse.decode(data as Uint8Array)
    );
  }

  RotateApiKey(request: RotateApiKeyRequest): Promise<RotateApiKeyResponse> {
    const data = RotateApiKeyRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "RotateApiKey",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      RotateApiKeyResponse.decode(data as Uint8Array)
    );
  }

  AddMember(request: AddMemberRequest): Promise<AddMemberResponse> {
    const data = AddMemberRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "AddMember",
      "application/protobuf",
      data
    );
    return promise.then((data) => AddMemberResponse.decode(data as Uint8Array));
  }

  UpdateMember(request: UpdateMemberRequest): Promise<UpdateMemberResponse> {
    const data = UpdateMemberRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "UpdateMember",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      UpdateMemberResponse.decode(data as Uint8Array)
    );
  }

  RemoveMember(request: RemoveMemberRequest): Promise<RemoveMemberResponse> {
    const data = RemoveMemberRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "RemoveMember",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      RemoveMemberResponse.decode(data as Uint8Array)
    );
  }

  ListMembers(request: ListMembersRequest): Promise<ListMembersResponse> {
    const data = ListMembersRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "ListMembers",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      ListMembersResponse.decode(data as Uint8Array)
    );
  }

  GetUsage(request: GetUsageRequest): Promise<GetUsageResponse> {
    const data = GetUsageRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "GetUsage",
      "application/protobuf",
      data
    );
    return promise.then((data) => GetUsageResponse.decode(data as Uint8Array));
  }

  ListAuditEvents(
    request: ListAuditEventsRequest
  ): Promise<ListAuditEventsResponse> {
    const data = ListAuditEventsRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.ApplicationService",
      "ListAuditEvents",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      ListAuditEventsResponse.decode(data as Uint8Array)
    );
  }
}
