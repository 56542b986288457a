/**
 * A key that was just made: its secret, which is shown only here, and what asks when one leaves without it.
 */
import type { Signal } from "@preact/signals";
import type { Scope } from "../../../generated/client/argus/v1/application_service.ts";
import { CopyField } from "../parts/copy-field.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { mayText } from "../parts/scopes.tsx";
import { ShownOnce } from "../parts/shown-once.tsx";
import { exactText } from "../parts/when.tsx";
import { heldPlace, release } from "../route.ts";

export interface MadeKey {
  readonly secret: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly madeMs: number;
  /** Until when the secret before works, too; undefined when there is none. */
  readonly graceMs: number | undefined;
  /** When it ends by itself; undefined for never. */
  readonly expiresMs: number | undefined;
}

export function ReadyKey(props: { made: MadeKey; onCopied: () => void; onDone: () => void }) {
  const { made } = props;
  return (
    <ShownOnce
      name="New key"
      head={`“${made.name}” is ready. Copy it now, it is shown only here.`}
      does={sentenceOf(made)}
      label="The key"
      value={made.secret}
      action="Copy"
      done="I have stored it"
      onCopied={props.onCopied}
      onDone={props.onDone}
    />
  );
}

function sentenceOf(made: MadeKey): string {
  const may = mayText(made.scopes);
  const first = may[0]?.toUpperCase() + may.slice(1);
  const ends = made.expiresMs === undefined ? "no expiry" : `until ${exactText(made.expiresMs)}`;
  const grace =
    made.graceMs === undefined
      ? ""
      : made.graceMs <= made.madeMs
        ? " The key before it has ended."
        : ` The key before it works until ${exactText(made.graceMs)}.`;
  return `${first}, ${ends}.${grace}`;
}

/** Whoever is held on the way out. */
export function LeaveKey(props: { made: Signal<MadeKey | undefined>; isCopied: Signal<boolean> }) {
  const { made, isCopied } = props;
  if (heldPlace.value === undefined || made.value === undefined) return null;
  const leave = (): void => {
    isCopied.value = true;
    release();
  };
  return (
    <Dialog
      title="Leave without the key?"
      onClose={() => {
        heldPlace.value = undefined;
      }}
    >
      <p>
        “{made.value.name}” was not copied, and cannot be shown again. Programs that need it would
        need another one.
      </p>
      <CopyField
        label="The key"
        value={made.value.secret}
        action="Copy and leave"
        onCopied={leave}
      />
      <p class="actions">
        <button type="button" onClick={() => (heldPlace.value = undefined)}>
          Stay
        </button>
        <button type="button" class="danger" onClick={leave}>
          Leave without it
        </button>
      </p>
    </Dialog>
  );
}
