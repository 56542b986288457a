/**
 * What stands in the place of a screen of an application that is not there for this person.
 */
import { logsOf } from "../logs-place.ts";
import { pathOf } from "../paths.ts";
import { applications } from "../session.ts";

export function NoApplication(props: { name: string }) {
  const own = applications.value ?? [];
  return (
    <main class="page">
      <h1>No such application</h1>
      <p>There is no application “{props.name}”, or you are not a member of it.</p>
      {own.length > 0 && (
        <p class="other-applications">
          <span>Yours:</span>
          {own.map((one) => (
            <a key={one.id} class="button" href={pathOf(logsOf(one.name))}>
              {one.name}
            </a>
          ))}
        </p>
      )}
    </main>
  );
}
