/**
 * What stands around every screen of one who is signed in: the bar above, and what floats over the page.
 * It is drawn before it is known who is there, so that nothing moves when they are.
 */
import type { ComponentChildren } from "preact";
import { Eye } from "../parts/form.tsx";
import { Popover } from "../parts/popover.tsx";
import { lazyPart } from "../lazy.tsx";
import { logsOf } from "../logs-place.ts";
import { appOf, pathOf, type Place } from "../paths.ts";
import { shownTheme, theme } from "../preferences.ts";
import { go, place } from "../route.ts";
import { applications, ended, user } from "../session.ts";
import { keyNames, useShortcuts } from "../shortcuts.ts";
import { AwayLine } from "./away-line.tsx";
import { KeysDialog, showKeys } from "./keys-dialog.tsx";
import { leave } from "./pages.ts";
import { showPalette } from "./show-palette.ts";
import { Pulse } from "./pulse.tsx";
import { SessionEnded } from "./session-ended.tsx";
import { Chevron, Switcher } from "./switcher.tsx";
import { Toasts } from "./toasts.tsx";

const Palette = lazyPart(
  () => import("./palette.tsx").then((one) => one.Palette),
  () => null,
);

export function Shell(props: { children: ComponentChildren }) {
  const at = place.value;
  const app = appOf(at);
  const known = applications.value?.find(({ name }) => name === app);
  // On pages about no application the bar leads back to the first one.
  const own = app === "" ? (applications.value?.[0]?.name ?? "") : app;
  useShortcuts(
    [
      { keys: "Mod+K", name: "Jump to", run: () => (showPalette.value = true) },
      { keys: "?", name: "Show the keys", run: () => (showKeys.value = true) },
      ...(own === ""
        ? []
        : [
            { keys: "g l", name: "Go to the logs", run: () => go(logsOf(own)) },
            { keys: "g s", name: "Go to the settings", run: () => go(settingsOf(own)) },
          ]),
    ],
    true,
  );
  return (
    <>
      <header class="bar">
        <a
          class="mark"
          href={pathOf(own === "" ? { screen: "home" } : logsOf(own))}
          aria-label="Argus"
        >
          <Eye /> <span class="name">Argus</span>
        </a>
        <span class="slash" aria-hidden="true">
          /
        </span>
        <Switcher app={app} />
        {own !== "" && (
          <nav aria-label="Application" class="wide-only">
            <NavLink to={logsOf(own)} current={at.screen === "logs"}>
              Logs
            </NavLink>
            <NavLink to={settingsOf(own)} current={at.screen === "settings"}>
              Settings
            </NavLink>
          </nav>
        )}
        <span class="grow" />
        {app !== "" && <Pulse app={app} applicationId={known?.id ?? ""} />}
        <button
          type="button"
          class="jump wide-only"
          aria-keyshortcuts="Meta+K Control+K"
          onClick={() => (showPalette.value = true)}
        >
          Jump to{" "}
          <span class="kbds" aria-hidden="true">
            {keyNames("Mod+K").map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </span>
        </button>
        <button
          type="button"
          class="plain icon wide-only"
          onClick={otherTheme}
          aria-label={shownTheme() === "dark" ? "Light theme" : "Dark theme"}
          title={shownTheme() === "dark" ? "Light theme" : "Dark theme"}
        >
          <ThemeSign />
        </button>
        <You own={own} />
      </header>
      <AwayLine />
      {props.children}
      {showPalette.value && <Palette />}
      {showKeys.value && <KeysDialog />}
      {ended.value && <SessionEnded />}
      <Toasts />
    </>
  );
}

function settingsOf(app: string): Place {
  return { screen: "settings", app, page: "general" };
}

function otherTheme(): void {
  theme.value = shownTheme() === "dark" ? "light" : "dark";
}

function You(props: { own: string }) {
  const who = user.value;
  const { own } = props;
  return (
    <Popover
      class="plain avatar"
      label={who ? `You: ${who.name || who.email}` : "You"}
      align="end"
      button={
        <>
          {/* Drawn by the style: it is no text, which would be read beside the name. */}
          <span class="initials" data-initials={initialsOf(who?.name || who?.email || "")} />
          <Chevron />
        </>
      }
    >
      {(close) => (
        <div class="menu" onClick={close}>
          <p class="who">
            <strong>{who?.name}</strong>
            <span class="under">{who?.email}</span>
          </p>
          <div class="narrow-only">
            {own !== "" && (
              <>
                <a href={pathOf(logsOf(own))}>Logs</a>
                <a href={pathOf(settingsOf(own))}>Settings</a>
              </>
            )}
            <button type="button" onClick={() => (showPalette.value = true)}>
              Jump to…
            </button>
            <button type="button" onClick={otherTheme}>
              {shownTheme() === "dark" ? "Light theme" : "Dark theme"}
            </button>
          </div>
          <a href={pathOf({ screen: "account", page: "profile" })}>Account</a>
          {who?.instanceAdmin === true && (
            <a href={pathOf({ screen: "instance", page: "users" })}>Instance</a>
          )}
          <a href={pathOf({ screen: "account", page: "appearance" })}>Appearance and keys</a>
          <button type="button" onClick={leave}>
            Sign out
          </button>
        </div>
      )}
    </Popover>
  );
}

/** `AL` of Ada Lovelace. */
function initialsOf(name: string): string {
  const words = name.split(/[\s@.]+/).filter(Boolean);
  return (words.length === 1 ? (words[0] ?? "").slice(0, 2) : `${words[0]?.[0]}${words[1]?.[0]}`)
    .replaceAll("undefined", "")
    .toUpperCase();
}

function NavLink(props: { to: Place; current: boolean; children: string }) {
  return (
    <a href={pathOf(props.to)} aria-current={props.current ? "page" : undefined}>
      {props.children}
    </a>
  );
}

function ThemeSign() {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle cx="8" cy="8" r="5.500" class="outline" />
      <path d="M8 2.500a5.500 5.500 0 0 1 0 11z" />
    </svg>
  );
}
