// Made by scripts/protoc-gen-shapes.ts.

export const Role = { ROLE_UNSPECIFIED: 0, ROLE_VIEWER: 1, ROLE_EDITOR: 2, ROLE_OWNER: 3 } as const;
export type Role = import("./application_service.ts").Role;
export const Scope = { SCOPE_UNSPECIFIED: 0, SCOPE_INGEST: 1, SCOPE_READ: 2 } as const;
export type Scope = import("./application_service.ts").Scope;
export const Quota = ["ientries_per_second ibytes_per_day"] as const;
export const Application = ["sid sname stitle scolor nretention_days mquota tcreated_at erole", Quota, Role] as const;
export const LaggingSender = ["ssender tlast_used_at"] as const;
export const ApiKey = ["sid sapplication_id sname Escopes sprefix tcreated_at texpires_at tlast_used_at slast_used_by trotated_at treplaced_secret_expires_at Mlagging_senders tlast_refused_at slast_refused_by slast_refused_reason", Scope, LaggingSender] as const;
export const CreateApplicationRequest = ["sname stitle ?nretention_days scolor"] as const;
export const CreateApplicationResponse = ["mapplication", Application] as const;
export const GetApplicationRequest = ["sapplication_id"] as const;
export const GetApplicationResponse = ["mapplication", Application] as const;
export const ListApplicationsRequest = ["npage_size spage_token ball"] as const;
export const ListApplicationsResponse = ["Mapplications snext_page_token", Application] as const;
export const UpdateApplicationRequest = ["sapplication_id ?stitle ?scolor ?nretention_days mquota", Quota] as const;
export const UpdateApplicationResponse = ["mapplication", Application] as const;
export const DeleteApplicationRequest = ["sapplication_id sconfirm_name"] as const;
export const DeleteApplicationResponse = [""] as const;
export const CreateApiKeyRequest = ["sapplication_id sname Escopes texpires_at", Scope] as const;
export const CreateApiKeyResponse = ["mapi_key ssecret", ApiKey] as const;
export const ListApiKeysRequest = ["sapplication_id npage_size spage_token"] as const;
export const ListApiKeysResponse = ["Mapi_keys snext_page_token Mrevoked", ApiKey, ApiKey] as const;
export const RotateApiKeyRequest = ["sapi_key_id ngrace_seconds"] as const;
export const RotateApiKeyResponse = ["ssecret mapi_key", ApiKey] as const;
export const RevokeApiKeyRequest = ["sapi_key_id"] as const;
export const RevokeApiKeyResponse = [""] as const;
export const Member = ["suser_id semail sname erole tadded_at bdisabled", Role] as const;
export const AddMemberRequest = ["sapplication_id semail erole", Role] as const;
export const AddMemberResponse = ["mmember sinvite_url sinvite_code tinvite_expires_at", Member] as const;
export const UpdateMemberRequest = ["sapplication_id suser_id erole", Role] as const;
export const UpdateMemberResponse = ["mmember", Member] as const;
export const RemoveMemberRequest = ["sapplication_id suser_id"] as const;
export const RemoveMemberResponse = [""] as const;
export const ListMembersRequest = ["sapplication_id npage_size spage_token"] as const;
export const ListMembersResponse = ["Mmembers snext_page_token", Member] as const;
export const AuditEvent = ["sid ttime saction starget pdetails sactor_id sactor_email saddress sdevice"] as const;
export const ListAuditEventsRequest = ["sapplication_id npage_size spage_token"] as const;
export const ListAuditEventsResponse = ["Mevents snext_page_token", AuditEvent] as const;
export const GetUsageRequest = ["sapplication_id ndays"] as const;
export const DayUsage = ["tday ientries ibytes"] as const;
export const GetUsageResponse = ["Mdays istored_entries istored_bytes toldest_entry_time tnewest_entry_time tnext_deletion_time", DayUsage] as const;

export const ApplicationService = {
  CreateApplication: [CreateApplicationRequest, CreateApplicationResponse],
  GetApplication: [GetApplicationRequest, GetApplicationResponse],
  ListApplications: [ListApplicationsRequest, ListApplicationsResponse],
  UpdateApplication: [UpdateApplicationRequest, UpdateApplicationResponse],
  DeleteApplication: [DeleteApplicationRequest, DeleteApplicationResponse],
  CreateApiKey: [CreateApiKeyRequest, CreateApiKeyResponse],
  ListApiKeys: [ListApiKeysRequest, ListApiKeysResponse],
  RevokeApiKey: [RevokeApiKeyRequest, RevokeApiKeyResponse],
  RotateApiKey: [RotateApiKeyRequest, RotateApiKeyResponse],
  AddMember: [AddMemberRequest, AddMemberResponse],
  UpdateMember: [UpdateMemberRequest, UpdateMemberResponse],
  RemoveMember: [RemoveMemberRequest, RemoveMemberResponse],
  ListMembers: [ListMembersRequest, ListMembersResponse],
  GetUsage: [GetUsageRequest, GetUsageResponse],
  ListAuditEvents: [ListAuditEventsRequest, ListAuditEventsResponse],
} as const;
