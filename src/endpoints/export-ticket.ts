/**
 * `POST /api/v1/export/ticket`: a ticket for one download of an export, for a page: a browser that downloads sends no
 * credential of ours.
 * Invariant: whoever gets one may export what it stands for, and that can be run: what is wrong with a query is said
 * here, where a page can show it.
 */
import { admit, applicationOf, authorize } from "../auth/permissions.ts";
import type { Clock } from "../domain/clock.ts";
import { parseAppId } from "../domain/ids.ts";
import { NANOS_PER_MS } from "../domain/time-range.ts";
import type { ExportTickets } from "../accounts/export-tickets.ts";
import { type EndpointHandler, jsonAnswer } from "../http/endpoint.ts";
import { understandExport } from "../search/export/export-request.ts";
import { exportParameters, exportRequest } from "./export-parameters.ts";

export function exportTicketEndpoint(deps: {
  tickets: Pick<ExportTickets, "create">;
  clock: Clock;
}): EndpointHandler {
  const { tickets, clock } = deps;
  return async (call) => {
    const principal = await call.principal();
    admit(principal, "export ticket");
    const parameters = await exportParameters(call);
    const named = parameters.get("application_id") ?? "";
    const app = applicationOf(principal, named === "" ? undefined : parseAppId(named));
    authorize(principal, "export ticket", app);
    if (principal.kind !== "user") throw new Error("a ticket is for users alone");
    understandExport(exportRequest(app, parameters, clock), BigInt(clock.nowMs()) * NANOS_PER_MS);
    const { userId, sessionId } = principal;
    const of = { userId, sessionId, parameters: Object.fromEntries(parameters) };
    const { ticket, expiresAtMs } = await tickets.create(of);
    return jsonAnswer({ ticket, expires_at: new Date(expiresAtMs).toISOString() });
  };
}
