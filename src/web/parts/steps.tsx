/**
 * The setup written as a log: a line a step, the current step being its form.
 */
import type { ComponentChildren } from "preact";

export interface Step {
  readonly name: string;
  readonly note: string;
  /** When it was done; undefined until then. */
  readonly doneMs: number | undefined;
  /** What stands under the line: the form of the current step, or what came of it. */
  readonly body?: ComponentChildren;
}

export function Steps(props: { steps: readonly Step[] }) {
  const current = props.steps.findIndex(({ doneMs }) => doneMs === undefined);
  return (
    <ol class="steps">
      {props.steps.map((step, at) => (
        <li
          key={step.name}
          class={step.doneMs === undefined ? (at === current ? "current" : "later") : "done"}
          aria-current={at === current ? "step" : undefined}
        >
          <time>{step.doneMs === undefined ? "" : timeOf(step.doneMs)}</time>
          <Sign done={step.doneMs !== undefined} />
          <div>
            <p class="name">{step.name}</p>
            <p class="hint">{step.note}</p>
            {step.body}
          </div>
        </li>
      ))}
    </ol>
  );
}

function timeOf(ms: number): string {
  return new Date(ms).toLocaleTimeString([], { hour12: false });
}

function Sign(props: { done: boolean }) {
  return (
    <svg viewBox="0 0 18 18" width="1.125rem" height="1.125rem" class="sign" aria-hidden="true">
      <circle cx="9" cy="9" r="8" />
      {props.done && <path d="M5.500 9.200l2.400 2.400 4.600-4.900" />}
    </svg>
  );
}
