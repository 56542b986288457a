/**
 * Who changed what of users, applications and sessions.
 */
import { AuditTable } from "../parts/audit-table.tsx";
import { StatusLine } from "../parts/status-line.tsx";
import { manage } from "../manage.ts";

const PAGE = 100;

export function InstanceAudit() {
  return (
    <>
      <main class="page">
        <h1>Audit log</h1>
        <p class="quiet">
          Who changed what of users, applications and sessions, kept for a year. What was changed
          within an application its owners see.
        </p>
        <AuditTable
          of="instance"
          read={(pageToken, signal) =>
            manage.with({ signal }).instance.ListInstanceAuditEvents({ pageSize: PAGE, pageToken })
          }
        />
      </main>
      <StatusLine left={["Kept for a year"]} right={["Instance admin"]} />
    </>
  );
}
