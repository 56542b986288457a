/**
 * The field of a password that is chosen now: says how much is missing.
 */
import { useSignal } from "@preact/signals";
import { Field } from "./form.tsx";

const AT_LEAST = 12;

export function NewPassword(props: { label: string; name: string; autofocus?: boolean }) {
  const length = useSignal(0);
  const missing = AT_LEAST - length.value;
  return (
    <Field
      {...props}
      type="password"
      autoComplete="new-password"
      minLength={AT_LEAST}
      required
      hint={missing > 0 ? `${AT_LEAST} characters at least, ${missing} to go` : "Long enough"}
      onInput={(value) => {
        length.value = value.length;
      }}
    />
  );
}
