/**
 * How to send to an application, for who has a key already: lines that read it from the environment, with a lamp each.
 * Invariant: who may see no keys is not told of what was refused of them, and nothing is asked for in vain.
 */
import type { ComponentChildren } from "preact";
import type { Application } from "../../../generated/client/argus/v1/application_service.ts";
import { Scope } from "../../../generated/client/argus/v1/application_service.shapes.ts";
import { useArrivals } from "../arrivals.ts";
import { SampleLine } from "../list/sample-line.tsx";
import { Snippets } from "../parts/snippets.tsx";
import { useRefusal } from "../refusals.ts";
import { isEditor } from "./roles.tsx";

export function HowToSend(props: {
  application: Application;
  /** What came and was refused since then is told. */
  sinceMs: number;
  /** What can be done once the first entry is in. */
  children?: ComponentChildren;
}) {
  const { application, sinceMs } = props;
  const arrivals = useArrivals(application.id, sinceMs).value;
  const refusal = useRefusal(isEditor(application) ? application.id : "", sinceMs).value;
  return (
    <>
      <Snippets
        app={application.name}
        secret={undefined}
        makesKeys={isEditor(application)}
        scopes={[Scope.SCOPE_INGEST]}
        arrivals={arrivals}
        refusal={refusal}
      />
      {arrivals.first !== undefined && (
        <>
          <SampleLine entry={arrivals.first} />
          {props.children}
        </>
      )}
    </>
  );
}
