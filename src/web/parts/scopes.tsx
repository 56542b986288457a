/**
 * What a key may, as people say it: write and read.
 */
import { Scope } from "../../../generated/client/argus/v1/application_service.shapes.ts";

const NAMES = [
  [Scope.SCOPE_INGEST, "write"],
  [Scope.SCOPE_READ, "read"],
] as const;

/** @param props.first of an application: useless when it does not write, and its person's own when it reads, too. */
export function ScopeTicks(props: { legend: string; first: boolean }) {
  return (
    <fieldset class="ticks">
      <legend>{props.legend}</legend>
      <label class="tick">
        <input type="checkbox" name="write" defaultChecked required={props.first} /> write
      </label>
      <label class="tick">
        <input type="checkbox" name="read" defaultChecked={props.first} /> read
      </label>
      {props.first && (
        <p class="hint">Programs that send need write; to search with it in a shell, read, too</p>
      )}
    </fieldset>
  );
}

/** @returns what is ticked in a submitted form. */
export function scopesIn(form: FormData): Scope[] {
  return NAMES.filter(([, name]) => form.get(name) !== null).map(([scope]) => scope);
}

export function scopeName(scope: Scope): string {
  return NAMES.find(([known]) => known === scope)?.[1] ?? "";
}

/** `may write and read`. */
export function mayText(scopes: readonly Scope[]): string {
  return `may ${scopes.length === 1 ? "only " : ""}${scopes.map(scopeName).join(" and ")}`;
}
