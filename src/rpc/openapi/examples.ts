/**
 * A request for each RPC, as it is shown in the document and sent by its test.
 * Invariant: exhaustive by type; ids and secrets are made up, of the right form.
 */
import type { Action } from "../../auth/permissions.ts";

/** By `Service/Method`. */
export type RpcName = Extract<Action, `${string}Service/${string}`>;

const APPLICATION = "0197f000-0000-7000-8000-000000000001";
const USER = "0197f000-0000-7000-8000-000000000002";
const API_KEY = "0197f000-0000-7000-8000-000000000003";
const SESSION = "0197f000-0000-7000-8000-000000000004";
const BATCH = "0197f000-0000-7000-8000-000000000005";
const ENTRY = `1782864000000000000.${BATCH}.0`;
const CODE = "Zm9ydHktdHdvLWJ5dGVzLW9mLWNoYW5jZQ";
const PASSWORD = "a long enough password";
const RANGE = { start_time: "2026-01-01T00:00:00Z", end_time: "2100-01-01T00:00:00Z" } as const;

export const EXAMPLES: Readonly<Record<RpcName, object>> = {
  "AuthService/GetSetupState": {},
  "AuthService/SetUpOwner": {
    email: "ada@example.org",
    password: PASSWORD,
    name: "Ada",
    setup_code: CODE,
  },
  "AuthService/Login": { email: "ada@example.org", password: PASSWORD },
  "AuthService/RefreshSession": { refresh_token: CODE },
  "AuthService/Logout": { refresh_token: CODE },
  "AuthService/GetMe": {},
  "AuthService/GetInvite": { code: CODE },
  "AuthService/AcceptInvite": { code: CODE, name: "Bob", password: PASSWORD },
  "AuthService/ChangePassword": {
    current_password: PASSWORD,
    new_password: "another long password",
  },
  "AuthService/ResetPassword": { code: CODE, new_password: "another long password" },
  "AuthService/ListSessions": {},
  "AuthService/RevokeSession": { session_id: SESSION },

  "UserService/InviteUser": {
    email: "eve@example.org",
    memberships: [{ application_id: APPLICATION, role: "ROLE_VIEWER" }],
  },
  "UserService/ListUsers": { page_size: 10 },
  "UserService/UpdateUser": { user_id: USER, name: "Robert" },
  "UserService/DisableUser": { user_id: USER },
  "UserService/EnableUser": { user_id: USER },
  "UserService/CreateResetLink": { user_id: USER },

  "ApplicationService/CreateApplication": {
    name: "shop",
    title: "The shop",
    retention_days: 30,
    color: "teal",
  },
  "ApplicationService/GetApplication": { application_id: APPLICATION },
  "ApplicationService/ListApplications": { page_size: 10 },
  "ApplicationService/UpdateApplication": {
    application_id: APPLICATION,
    title: "The new shop",
    quota: { entries_per_second: "5000", bytes_per_day: "10000000000" },
  },
  "ApplicationService/DeleteApplication": { application_id: APPLICATION, confirm_name: "shop" },
  "ApplicationService/CreateApiKey": {
    application_id: APPLICATION,
    name: "agent",
    scopes: ["SCOPE_INGEST", "SCOPE_READ"],
    expires_at: "2100-01-01T00:00:00Z",
  },
  "ApplicationService/ListApiKeys": { application_id: APPLICATION },
  "ApplicationService/RevokeApiKey": { api_key_id: API_KEY },
  "ApplicationService/RotateApiKey": { api_key_id: API_KEY, grace_seconds: 3600 },
  "ApplicationService/AddMember": {
    application_id: APPLICATION,
    email: "bob@example.org",
    role: "ROLE_VIEWER",
  },
  "ApplicationService/UpdateMember": {
    application_id: APPLICATION,
    user_id: USER,
    role: "ROLE_EDITOR",
  },
  "ApplicationService/RemoveMember": { application_id: APPLICATION, user_id: USER },
  "ApplicationService/ListMembers": { application_id: APPLICATION },
  "ApplicationService/GetUsage": { application_id: APPLICATION, days: 7 },
  "ApplicationService/ListAuditEvents": { application_id: APPLICATION, page_size: 10 },

  "InstanceService/GetInstance": {},
  "InstanceService/ListInstanceAuditEvents": { page_size: 10 },

  "LogService/SendLogs": {
    batch_id: BATCH,
    service: "web",
    attributes: { region: "eu" },
    entries: [
      {
        level: "LEVEL_ERROR",
        message: "card declined",
        trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
        attributes: { status: 502, user: { id: 42 }, tags: ["a", "b"] },
      },
      { message: "retried", host: "web-1" },
    ],
  },
  "LogService/Query": {
    application_id: APPLICATION,
    query: "level:error status:>=500",
    ...RANGE,
    limit: 10,
    time_zone: "Europe/Berlin",
    budget: { rows: "1000000", bytes: "1000000000", time: "2.5s" },
  },
  "LogService/GetEntry": { application_id: APPLICATION, id: ENTRY },
  "LogService/GetContext": {
    application_id: APPLICATION,
    id: ENTRY,
    before: 5,
    after: 5,
    same_service: true,
  },
  "LogService/GetHistogram": {
    application_id: APPLICATION,
    query: "level:>=warn",
    ...RANGE,
    max_buckets: 24,
  },
  "LogService/ListFields": { application_id: APPLICATION, prefix: "sta", ...RANGE },
  "LogService/GetPatterns": {
    application_id: APPLICATION,
    query: "level:error",
    ...RANGE,
    limit: 10,
    parts: 40,
  },
  "LogService/SuggestQueries": {
    application_id: APPLICATION,
    query: "service:wbe level:error",
    ...RANGE,
  },
  "LogService/ExplainQuery": { application_id: APPLICATION, query: "level:error", ...RANGE },
  "LogService/ListFieldValues": { application_id: APPLICATION, field: "status", ...RANGE },
  "LogService/GetFacets": {
    application_id: APPLICATION,
    query: "level:error",
    ...RANGE,
    fields: ["service", "status"],
    values: 10,
  },
  "LogService/CompareWindows": {
    application_id: APPLICATION,
    query: "level:error",
    ...RANGE,
    baseline_start_time: "2025-01-01T00:00:00Z",
    limit: 20,
  },
};
