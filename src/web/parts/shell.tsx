/**
 * The bar above every screen of an application.
 */
import type { ComponentChildren } from "preact";
import { logsOf, pathOf, type Place } from "../paths.ts";
import { go, place } from "../route.ts";
import { applications, signOut, user } from "../session.ts";
import { theme, toggleTheme } from "../theme.ts";
import { Eye } from "./form.tsx";

export function Shell(props: { app: string; children: ComponentChildren }) {
  const at = place.value;
  return (
    <>
      <header class="bar">
        <a class="mark" href={pathOf(logsOf(props.app))} aria-label="Argus">
          <Eye /> <span class="name">Argus</span>
        </a>
        <span class="slash" aria-hidden="true">
          /
        </span>
        <select
          aria-label="Application"
          value={props.app}
          onChange={(event) => {
            const to = event.currentTarget.value;
            go(to === "" ? { screen: "home" } : logsOf(to));
          }}
        >
          {(applications.value ?? []).map((application) => (
            <option key={application.id} value={application.name}>
              {application.name}
            </option>
          ))}
          {user.value?.instanceAdmin === true && <option value="">New application…</option>}
        </select>
        <nav aria-label="Application">
          <NavLink to={logsOf(props.app)} current={at.screen === "logs"}>
            Logs
          </NavLink>
          <NavLink to={{ screen: "keys", app: props.app }} current={at.screen === "keys"}>
            Keys
          </NavLink>
        </nav>
        <span class="grow" />
        <button
          type="button"
          class="plain"
          onClick={toggleTheme}
          aria-label={theme.value === "dark" ? "Light theme" : "Dark theme"}
          title={theme.value === "dark" ? "Light theme" : "Dark theme"}
        >
          ◐
        </button>
        <button
          type="button"
          class="plain"
          title={user.value?.email}
          onClick={() => void signOut().then(() => go({ screen: "signin", next: "" }))}
        >
          Sign out
        </button>
      </header>
      {props.children}
    </>
  );
}

function NavLink(props: { to: Place; current: boolean; children: string }) {
  return (
    <a
      href={pathOf(props.to)}
      aria-current={props.current ? "page" : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        go(props.to);
      }}
    >
      {props.children}
    </a>
  );
}
