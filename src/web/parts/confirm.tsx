/**
 * Asks before something that cannot be undone; where much hangs on it, a name has to be typed.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Dialog } from "./dialog.tsx";
import { Field, Form } from "./form.tsx";

export function Confirm(props: {
  title: string;
  action: string;
  doing: string;
  /** What has to be typed; "" for nothing. */
  typed?: string;
  /** What it says is not all there yet. */
  blocked?: boolean;
  onConfirm: () => Promise<void>;
  onClose: () => void;
  children: ComponentChildren;
}) {
  const { typed = "" } = props;
  const text = useSignal("");
  return (
    <Dialog title={props.title} onClose={props.onClose}>
      {props.children}
      <Form
        action={props.action}
        doing={props.doing}
        tone="danger"
        blocked={props.blocked === true || (typed !== "" && text.value !== typed)}
        onCancel={props.onClose}
        onSubmit={async () => {
          await props.onConfirm();
          props.onClose();
        }}
      >
        {typed !== "" && (
          <Field
            label={`Type “${typed}” to go on`}
            name="typed"
            autoComplete="off"
            required
            autofocus
            onInput={(value) => {
              text.value = value;
            }}
          />
        )}
      </Form>
    </Dialog>
  );
}
