/**
 * Who changed what in an application: for its owners, for a year.
 */
import type { Application } from "../../../generated/client/argus/v1/application_service.ts";
import { AuditTable } from "../parts/audit-table.tsx";
import { StatusLine } from "../parts/status-line.tsx";
import { manage } from "../manage.ts";
import { roleText } from "../words.ts";
import { isOwner, NotYours } from "./roles.tsx";

const PAGE = 100;

export function Audit({ application }: { application: Application }) {
  const { id: applicationId } = application;
  return (
    <>
      <main class="page">
        <h1>Audit log</h1>
        {isOwner(application) ? (
          <>
            <p class="quiet">Who changed what in {application.name}, kept for a year.</p>
            <AuditTable
              of={applicationId}
              read={(pageToken, signal) =>
                manage
                  .with({ signal })
                  .applications.ListAuditEvents({ applicationId, pageSize: PAGE, pageToken })
              }
            />
          </>
        ) : (
          <NotYours application={application} who="Owners" what="see who changed what" />
        )}
      </main>
      <StatusLine left={[application.title]} right={[roleText(application.role)]} />
    </>
  );
}
