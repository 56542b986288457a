/**
 * ApplicationService.ListApplications. Invariant: by name; a token names the last one of its page, so a page
 * neither repeats nor skips what stood there all the time.
 */
import type {
  ListApplicationsRequest,
  ListApplicationsResponse,
} from "../../../generated/server/argus/v1/application_service.ts";
import type { ApplicationPage, Applications } from "../../accounts/applications.ts";
import { authorize } from "../../auth/permissions.ts";
import type { AppId } from "../../domain/ids.ts";
import { userOf } from "../auth/caller.ts";
import type { RpcContext } from "../twirp/context.ts";
import { applicationMessage, pageToken, parsePage } from "./messages.ts";

export function listApplications(deps: { applications: Applications }) {
  const { applications } = deps;

  async function own(
    ids: Iterable<AppId>,
    limit: number,
    after: string | undefined,
  ): Promise<ApplicationPage> {
    const all = await applications.listOf(ids);
    const rest = after === undefined ? all : all.filter(({ name }) => name > after);
    const page = rest.slice(0, limit);
    const last = page.at(-1);
    return {
      applications: page,
      ...(rest.length > limit && last !== undefined ? { next: last.name } : {}),
    };
  }

  return async (
    ctx: RpcContext,
    request: ListApplicationsRequest,
  ): Promise<ListApplicationsResponse> => {
    const principal = userOf(await ctx.principal(), "ApplicationService/ListApplications");
    if (request.all) authorize(principal, "applications of the instance");
    const { limit, after } = parsePage(request);
    const page = request.all
      ? await applications.listAll({ limit, ...(after === undefined ? {} : { after }) })
      : await own(principal.roles.keys(), limit, after);
    return {
      applications: page.applications.map((one) => applicationMessage(one, principal)),
      nextPageToken: pageToken(page.next),
    };
  };
}
