/**
 * The frame of pages with a list of them at their side. Invariant: a page's status line stands at its foot, across.
 */
import type { ComponentChildren } from "preact";
import { ACCOUNT_PAGES, INSTANCE_PAGES, pathOf, type Place, SETTINGS_PAGES } from "../paths.ts";
import { user } from "../session.ts";
import { ACCOUNT_NAMES, INSTANCE_NAMES, SETTINGS_NAMES } from "../shell/pages.ts";

interface Group {
  readonly name: string;
  readonly links: readonly { readonly name: string; readonly to: Place }[];
}

/** @param props.app whose settings are listed; "" for none. */
export function Side(props: { app: string; at: Place; children: ComponentChildren }) {
  const { at } = props;
  const here = pathOf(at);
  return (
    <div class="with-side">
      <nav class="side" aria-label="Pages">
        {groupsOf(props.app, at).map(({ name, links }) => (
          <div key={name}>
            <p>{name}</p>
            {links.map((link) => (
              <a
                key={link.name}
                href={pathOf(link.to)}
                class={link.to.screen === "settings" && link.to.page === "danger" ? "danger" : ""}
                aria-current={pathOf(link.to) === here ? "page" : undefined}
              >
                {link.name}
              </a>
            ))}
          </div>
        ))}
      </nav>
      <div class="pane">{props.children}</div>
    </div>
  );
}

function groupsOf(app: string, at: Place): readonly Group[] {
  const own: Group = {
    name: "You",
    links: ACCOUNT_PAGES.map((page) => ({
      name: ACCOUNT_NAMES[page],
      to: { screen: "account", page },
    })),
  };
  const settings: Group = {
    name: app,
    links: SETTINGS_PAGES.map((page) => ({
      name: SETTINGS_NAMES[page],
      to: { screen: "settings", app, page },
    })),
  };
  const instance: Group = {
    name: "Instance",
    links: INSTANCE_PAGES.map((page) => ({
      name: page === "audit" ? "Instance’s audit log" : INSTANCE_NAMES[page],
      to: { screen: "instance", page },
    })),
  };
  return [
    ...(at.screen === "account" ? [own] : app === "" ? [] : [settings]),
    ...(user.value?.instanceAdmin === true ? [instance] : []),
  ];
}
