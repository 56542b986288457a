/**
 * ApplicationService.CreateApplication. Invariant: the creator is the owner when it answers.
 */
import type {
  CreateApplicationRequest,
  CreateApplicationResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { Applications } from "../../accounts/applications.ts";
import type { Audit } from "../../accounts/audit.ts";
import { userOf } from "../auth/caller.ts";
import { originOf } from "../auth/messages.ts";
import type { RpcContext } from "../twirp/context.ts";
import { applicationMessage } from "./messages.ts";

export function createApplication(deps: { applications: Applications; audit: Audit }) {
  return async (
    ctx: RpcContext,
    request: CreateApplicationRequest,
  ): Promise<CreateApplicationResponse> => {
    const principal = userOf(await ctx.principal(), "ApplicationService/CreateApplication");
    const { name, title, color, retentionDays } = request;
    const application = await deps.audit.run(
      "instance",
      { principal, ...originOf(ctx) },
      { action: "application.create", target: "", details: { name: name.slice(0, 40) } },
      () => deps.applications.create({ name, title, color, retentionDays }, principal.userId),
      ({ id }) => ({ target: id }),
    );
    const roles = new Map(principal.roles).set(application.id, "owner");
    return { application: applicationMessage(application, { ...principal, roles }) };
  };
}
