/**
 * Fields, and what is wrong with a form.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren, InputHTMLAttributes } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { ArgusError } from "../../client/errors.ts";
import { away } from "../connection.ts";
import { problemOf, spanText } from "../words.ts";

export function Mark() {
  return (
    <p class="mark">
      <Eye /> Argus
    </p>
  );
}

export function Eye() {
  return (
    <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
      <path
        d="M12 1.800c-5 0-9 4.300-9 9.400s4 11 9 11 9-5.900 9-11-4-9.400-9-9.400z"
        fill="none"
        stroke="currentColor"
        stroke-width="1.800"
      />
      <circle cx="12" cy="12.400" r="4.700" fill="currentColor" />
      <circle cx="13.600" cy="11" r="1.500" fill="var(--bg)" />
    </svg>
  );
}

export interface FieldProps {
  readonly label: string;
  readonly name: string;
  readonly type?: "text" | "email" | "password" | "number";
  readonly value?: string;
  readonly hint?: string;
  readonly autoComplete?: string;
  readonly pattern?: string;
  readonly min?: number;
  readonly minLength?: number;
  readonly required?: boolean;
  readonly autofocus?: boolean;
  readonly onInput?: (value: string) => void;
}

export function Field(props: FieldProps) {
  const { label, hint, onInput, autofocus, ...rest } = props;
  // Preact's types tell inputs apart by a literal type; here it is one of several.
  const input = rest as InputHTMLAttributes<HTMLInputElement>;
  const id = useId();
  const element = useRef<HTMLInputElement>(null);
  const isCapital = useSignal(false);
  const lookAtCapsLock = (event: KeyboardEvent): void => {
    isCapital.value = event.getModifierState?.("CapsLock") ?? false;
  };
  // The attribute works once a document; a page of many screens asks for it more often.
  useEffect(() => {
    if (autofocus === true) element.current?.focus();
  }, []);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        {...input}
        // What a browser says of a pattern that is not met ends with it.
        title={props.pattern === undefined ? undefined : hint}
        ref={element}
        id={id}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onInput={(event) => onInput?.(event.currentTarget.value)}
        {...(props.type === "password" && { onKeyDown: lookAtCapsLock, onKeyUp: lookAtCapsLock })}
      />
      {isCapital.value && (
        <p class="hint caps" role="status">
          Caps Lock is on
        </p>
      )}
      {hint !== undefined && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** A form that says what is done, and what went wrong; while the server is away it says that nothing can be done. */
export function Form(props: {
  action: string;
  doing: string;
  tone?: "main" | "danger";
  /** What it asks for is not there yet. */
  blocked?: boolean;
  /** Fields and button side by side. */
  row?: boolean;
  onCancel?: () => void;
  onSubmit: (form: FormData, element: HTMLFormElement) => Promise<void>;
  children: ComponentChildren;
}) {
  const problem = useSignal("");
  const busy = useSignal(false);
  const wait = useWait();
  const isAway = away.value !== undefined;
  const submit = async (element: HTMLFormElement): Promise<void> => {
    busy.value = true;
    problem.value = "";
    try {
      await props.onSubmit(new FormData(element), element);
    } catch (error) {
      problem.value = problemOf(error);
      if (error instanceof ArgusError) wait.begin(error.retryAfterMs ?? 0);
    } finally {
      busy.value = false;
    }
  };
  return (
    <form
      class={props.row === true ? "form row-form" : "form"}
      onSubmit={(event) => {
        event.preventDefault();
        void submit(event.currentTarget);
      }}
    >
      {props.children}
      <FormProblem text={problem.value} />
      {wait.seconds > 0 && <p class="hint">Try again in {spanText(wait.seconds * 1000)}</p>}
      <div class="actions">
        <button
          class={props.tone === "danger" ? "main danger-main" : "main"}
          disabled={busy.value || props.blocked === true || isAway || wait.seconds > 0}
        >
          {busy.value ? props.doing : props.action}
        </button>
        {props.onCancel !== undefined && (
          <button type="button" onClick={props.onCancel}>
            Cancel
          </button>
        )}
      </div>
      {isAway && <p class="hint">Not connected: nothing can be changed until Argus is back.</p>}
    </form>
  );
}

/** Counts down what the server asked to wait, which is the soonest that trying again helps. */
function useWait(): { readonly seconds: number; readonly begin: (ms: number) => void } {
  const endMs = useSignal(0);
  const nowMs = useSignal(0);
  const isWaiting = endMs.value > nowMs.value;
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => (nowMs.value = performance.now()), 250);
    return () => clearInterval(timer);
  }, [isWaiting]);
  return {
    seconds: Math.ceil(Math.max(0, endMs.value - nowMs.value) / 1000),
    begin: (ms) => {
      nowMs.value = performance.now();
      endMs.value = nowMs.value + ms;
    },
  };
}

export function FormProblem(props: { text: string }) {
  return props.text === "" ? null : (
    <p class="problem" role="alert">
      {props.text}
    </p>
  );
}

/** @returns what stands in a field of a submitted form. */
export function textIn(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? value : "";
}
