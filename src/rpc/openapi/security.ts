/**
 * Who may call what, in the document. Invariant: read from the one table that is enforced.
 */
import { type Action, PERMISSIONS, type Rule } from "../../auth/permissions.ts";
import type { JsonSchema } from "./schemas.ts";

export const SECURITY_SCHEMES: Readonly<Record<string, JsonSchema>> = {
  session: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description:
      "The access token of a person who signed in: `access_token` of AuthService.Login; it lives 15 minutes. Roles are those in the application that the call is about, each with the ones below it; `instance_admin` is an admin of the instance.",
  },
  apiKey: {
    type: "http",
    scheme: "bearer",
    description:
      "The secret of an API key (`argus_…`), made by ApplicationService.CreateApiKey for one application. The roles are its scopes.",
  },
};

/** One of these suffices; none: anybody may call. */
export function securityOf(action: Action): readonly Readonly<Record<string, readonly string[]>>[] {
  const rule: Rule = PERMISSIONS[action];
  switch (rule.who) {
    case "anybody":
      return [];
    case "user":
      return [{ session: [] }];
    case "admin":
      return [{ session: ["instance_admin"] }];
    case "key":
      return [{ apiKey: [scopeName(rule.scope)] }];
    case "member":
      return [
        { session: [`ROLE_${rule.role.toUpperCase()}`] },
        ...(rule.orAdmin === true ? [{ session: ["instance_admin"] }] : []),
        ...(rule.scope === undefined ? [] : [{ apiKey: [scopeName(rule.scope)] }]),
      ];
    default:
      return rule satisfies never;
  }
}

function scopeName(scope: string): string {
  return `SCOPE_${scope.toUpperCase()}`;
}
