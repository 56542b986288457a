/**
 * The beginning of every RPC about one application.
 * Invariant: nothing else of the request is looked at before the caller may touch the application.
 */
import { admit, applicationOf, authorize, type Action } from "../../auth/permissions.ts";
import { parseAppId, type AppId } from "../../domain/ids.ts";
import type { Principal } from "../../domain/principal.ts";
import type { RpcContext } from "../twirp/context.ts";

/** @param applicationId as sent; empty means the application of the calling key. */
export async function authorizeFor(
  ctx: RpcContext,
  action: Action,
  applicationId: string,
): Promise<{ principal: Principal; appId: AppId }> {
  const known = ctx.principal();
  const principal = known instanceof Promise ? await known : known;
  admit(principal, action);
  const named = applicationId === "" ? undefined : parseAppId(applicationId);
  const appId = applicationOf(principal, named);
  authorize(principal, action, appId);
  if (action.startsWith("LogService/")) ctx.answersTo((now) => authorize(now, action, appId));
  return { principal, appId };
}
