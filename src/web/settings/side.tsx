/**
 * The frame of pages with a list of them at their side.
 */
import type { ComponentChildren } from "preact";
import { pathOf, type Place } from "../paths.ts";

export interface SideGroup {
  readonly name: string;
  readonly links: readonly {
    readonly name: string;
    readonly to: Place;
    readonly current: boolean;
    readonly danger?: boolean;
  }[];
}

export function Side(props: { groups: readonly SideGroup[]; children: ComponentChildren }) {
  return (
    <div class="with-side">
      <nav class="side" aria-label="Pages">
        {props.groups.map(({ name, links }) => (
          <div key={name}>
            <p>{name}</p>
            {links.map((link) => (
              <a
                key={link.name}
                href={pathOf(link.to)}
                class={link.danger === true ? "danger" : undefined}
                aria-current={link.current ? "page" : undefined}
              >
                {link.name}
              </a>
            ))}
          </div>
        ))}
      </nav>
      {props.children}
    </div>
  );
}
