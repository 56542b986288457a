// Made by scripts/protoc-gen-shapes.ts.
import { Application, Role } from "./application_service.shapes.ts";

export const User = ["sid semail sname binstance_admin bdisabled tcreated_at"] as const;
export const Membership = ["mapplication erole", Application, Role] as const;
export const GetSetupStateRequest = [""] as const;
export const GetSetupStateResponse = ["bneeds_owner bneeds_code"] as const;
export const SetUpOwnerRequest = ["semail spassword sname ssetup_code"] as const;
export const SetUpOwnerResponse = ["saccess_token taccess_token_expires_at srefresh_token muser", User] as const;
export const LoginRequest = ["semail spassword"] as const;
export const LoginResponse = ["saccess_token taccess_token_expires_at srefresh_token muser", User] as const;
export const RefreshSessionRequest = ["srefresh_token"] as const;
export const RefreshSessionResponse = ["saccess_token taccess_token_expires_at srefresh_token muser", User] as const;
export const LogoutRequest = ["srefresh_token"] as const;
export const LogoutResponse = [""] as const;
export const GetMeRequest = [""] as const;
export const GetMeResponse = ["muser Mmemberships", User, Membership] as const;
export const GetInviteRequest = ["scode"] as const;
export const InvitedApplication = ["sname stitle erole", Role] as const;
export const GetInviteResponse = ["semail Mapplications texpires_at bhas_user binstance_admin", InvitedApplication] as const;
export const AcceptInviteRequest = ["scode sname spassword"] as const;
export const AcceptInviteResponse = ["saccess_token taccess_token_expires_at srefresh_token muser", User] as const;
export const ChangePasswordRequest = ["scurrent_password snew_password"] as const;
export const ChangePasswordResponse = [""] as const;
export const ResetPasswordRequest = ["scode snew_password"] as const;
export const ResetPasswordResponse = ["saccess_token taccess_token_expires_at srefresh_token muser", User] as const;
export const ListSessionsRequest = [""] as const;
export const Session = ["sid sdevice saddress tcreated_at tlast_seen_at bcurrent"] as const;
export const ListSessionsResponse = ["Msessions", Session] as const;
export const RevokeSessionRequest = ["ssession_id"] as const;
export const RevokeSessionResponse = [""] as const;

export const AuthService = {
  GetSetupState: [GetSetupStateRequest, GetSetupStateResponse],
  SetUpOwner: [SetUpOwnerRequest, SetUpOwnerResponse],
  Login: [LoginRequest, LoginResponse],
  RefreshSession: [RefreshSessionRequest, RefreshSessionResponse],
  Logout: [LogoutRequest, LogoutResponse],
  GetMe: [GetMeRequest, GetMeResponse],
  GetInvite: [GetInviteRequest, GetInviteResponse],
  AcceptInvite: [AcceptInviteRequest, AcceptInviteResponse],
  ChangePassword: [ChangePasswordRequest, ChangePasswordResponse],
  ResetPassword: [ResetPasswordRequest, ResetPasswordResponse],
  ListSessions: [ListSessionsRequest, ListSessionsResponse],
  RevokeSession: [RevokeSessionRequest, RevokeSessionResponse],
} as const;
