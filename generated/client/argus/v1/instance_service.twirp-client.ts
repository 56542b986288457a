import {
  GetInstanceRequest,
  GetInstanceResponse,
  ListInstanceAuditEventsRequest,
  ListInstanceAuditEventsResponse,
} from "./instance_service.ts";

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

export interface InstanceServiceClient {
  GetInstance(request: GetInstanceRequest): Promise<GetInstanceResponse>;
  ListInstanceAuditEvents(
    request: ListInstanceAuditEventsRequest
  ): Promise<ListInstanceAuditEventsResponse>;
}

export class InstanceServiceClientJSON implements InstanceServiceClient {
  private readonly rpc: Rpc;
  constructor(rpc: Rpc) {
    this.rpc = rpc;
    this.GetInstance.bind(this);
    this.ListInstanceAuditEvents.bind(this);
  }
  GetInstance(request: GetInstanceRequest): Promise<GetInstanceResponse> {
    const data = GetInstanceRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.InstanceService",
      "GetInstance",
      "application/json",
      data as object
    );
    return promise.then((data) => GetInstanceResponse.fromJSON(data as any));
  }

  ListInstanceAuditEvents(
    request: ListInstanceAuditEventsRequest
  ): Promise<ListInstanceAuditEventsResponse> {
    const data = ListInstanceAuditEventsRequest.toJSON(request);
    const promise = this.rpc.request(
      "argus.v1.InstanceService",
      "ListInstanceAuditEvents",
      "application/json",
      data as object
    );
    return promise.then((data) =>
      ListInstanceAuditEventsResponse.fromJSON(data as any)
    );
  }
}

export class InstanceServiceClientProtobuf implements InstanceServiceClient {
  private readonly rpc: Rpc;
  constructor(rpc: Rpc) {
    this.rpc = rpc;
    this.GetInstance.bind(this);
    this.ListInstanceAuditEvents.bind(this);
  }
  GetInstance(request: GetInstanceRequest): Promise<GetInstanceResponse> {
    const data = GetInstanceRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.InstanceService",
      "GetInstance",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      GetInstanceResponse.decode(data as Uint8Array)
    );
  }

  ListInstanceAuditEvents(
    request: ListInstanceAuditEventsRequest
  ): Promise<ListInstanceAuditEventsResponse> {
    const data = ListInstanceAuditEventsRequest.encode(request).finish();
    const promise = this.rpc.request(
      "argus.v1.InstanceService",
      "ListInstanceAuditEvents",
      "application/protobuf",
      data
    );
    return promise.then((data) =>
      ListInstanceAuditEventsResponse.decode(data as Uint8Array)
    );
  }
}
