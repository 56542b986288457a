/**
 * ApplicationService, put together. Invariant: every method is a file of its own.
 */
import {
  createApplicationServiceServer,
  type ApplicationServiceTwirp,
} from "../../../generated/server/argus/v1/application_service.twirp.ts";
import type { Accounts } from "../../accounts/accounts.ts";
import type { Clock } from "../../domain/clock.ts";
import type { AppId } from "../../domain/ids.ts";
import type { StoredUsage } from "../../storage/log-store.ts";
import type { RpcContext } from "../twirp/context.ts";
import type { Links } from "../auth/links.ts";
import { addMember } from "./add-member.ts";
import { createApiKey } from "./create-api-key.ts";
import { createApplication } from "./create-application.ts";
import { deleteApplication } from "./delete-application.ts";
import { getApplication } from "./get-application.ts";
import { getUsage } from "./get-usage.ts";
import { listApiKeys } from "./list-api-keys.ts";
import { listApplications } from "./list-applications.ts";
import { listAuditEvents } from "./list-audit-events.ts";
import { listMembers } from "./list-members.ts";
import { removeMember } from "./remove-member.ts";
import { revokeApiKey } from "./revoke-api-key.ts";
import { rotateApiKey } from "./rotate-api-key.ts";
import { updateApplication } from "./update-application.ts";
import { updateMember } from "./update-member.ts";

export function applicationService(deps: {
  accounts: Accounts;
  clock: Clock;
  links: Links;
  /** What the store keeps of an application. */
  stored: (app: AppId) => Promise<StoredUsage>;
}) {
  const { accounts, clock, links, stored } = deps;
  const service: ApplicationServiceTwirp<RpcContext> = {
    CreateApplication: createApplication(accounts),
    GetApplication: getApplication(accounts),
    ListApplications: listApplications(accounts),
    UpdateApplication: updateApplication(accounts),
    DeleteApplication: deleteApplication(accounts),
    CreateApiKey: createApiKey({ ...accounts, clock }),
    ListApiKeys: listApiKeys(accounts),
    RevokeApiKey: revokeApiKey(accounts),
    RotateApiKey: rotateApiKey({ ...accounts, clock }),
    AddMember: addMember({ ...accounts, links }),
    UpdateMember: updateMember(accounts),
    RemoveMember: removeMember(accounts),
    ListMembers: listMembers(accounts),
    GetUsage: getUsage({ ...accounts, stored, clock }),
    ListAuditEvents: listAuditEvents(accounts),
  };
  return createApplicationServiceServer<RpcContext>(service);
}
