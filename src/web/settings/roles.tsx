/**
 * What a role may do in an application, in words, and what stands in the place of what one may not.
 */
import type { Application } from "../../../generated/client/argus/v1/application_service.ts";
import { Role } from "../../../generated/client/argus/v1/application_service.shapes.ts";
import { roleText } from "../words.ts";

export const ROLES = [Role.ROLE_VIEWER, Role.ROLE_EDITOR, Role.ROLE_OWNER] as const;

export function mayOf(role: Role): string {
  switch (role) {
    case Role.ROLE_OWNER:
      return "Also members, all keys, retention, limits and deletion";
    case Role.ROLE_EDITOR:
      return "Also makes keys that only write";
    case Role.ROLE_VIEWER:
      return "Searches, reads and exports logs";
    default:
      return "";
  }
}

export function isOwner({ role }: Application): boolean {
  return role === Role.ROLE_OWNER;
}

export function isEditor({ role }: Application): boolean {
  return role === Role.ROLE_OWNER || role === Role.ROLE_EDITOR;
}

/** Who they are is theirs to see: their names are not known here. @param props.who may do it, such as `Owners`. */
export function NotYours(props: { application: Application; who: string; what: string }) {
  return (
    <p class="not-yours">
      Your role in {props.application.name} is {roleText(props.application.role)}. {props.who}{" "}
      {props.what}: ask one of them.
    </p>
  );
}

export function RoleChoice(props: {
  label: string;
  value: Role;
  disabled?: boolean;
  describedBy?: string | undefined;
  onChoose: (role: Role) => void;
}) {
  return (
    <select
      aria-label={props.label}
      aria-describedby={props.describedBy}
      disabled={props.disabled}
      value={String(props.value)}
      onChange={(event) => props.onChoose(Number(event.currentTarget.value) as Role)}
    >
      {ROLES.map((role) => (
        <option key={role} value={String(role)}>
          {roleText(role)}
        </option>
      ))}
    </select>
  );
}
