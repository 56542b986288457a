// Made by scripts/protoc-gen-shapes.ts.
import { Role } from "./application_service.shapes.ts";
import { User } from "./auth_service.shapes.ts";

export const InvitedMembership = ["sapplication_id erole", Role] as const;
export const InviteUserRequest = ["semail binstance_admin Mmemberships", InvitedMembership] as const;
export const InviteUserResponse = ["scode surl texpires_at"] as const;
export const ListUsersRequest = ["npage_size spage_token"] as const;
export const ListUsersResponse = ["Musers snext_page_token", User] as const;
export const UpdateUserRequest = ["suser_id ?sname ?binstance_admin"] as const;
export const UpdateUserResponse = ["muser", User] as const;
export const DisableUserRequest = ["suser_id"] as const;
export const DisableUserResponse = ["muser", User] as const;
export const EnableUserRequest = ["suser_id"] as const;
export const EnableUserResponse = ["muser", User] as const;
export const CreateResetLinkRequest = ["suser_id"] as const;
export const CreateResetLinkResponse = ["scode surl texpires_at"] as const;

export const UserService = {
  InviteUser: [InviteUserRequest, InviteUserResponse],
  ListUsers: [ListUsersRequest, ListUsersResponse],
  UpdateUser: [UpdateUserRequest, UpdateUserResponse],
  DisableUser: [DisableUserRequest, DisableUserResponse],
  EnableUser: [EnableUserRequest, EnableUserResponse],
  CreateResetLink: [CreateResetLinkRequest, CreateResetLinkResponse],
} as const;
