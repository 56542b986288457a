/**
 * The pages there are, by their names, and how one leaves.
 */
import type { PickerItem } from "../parts/picker.tsx";
import { logsOf } from "../logs-place.ts";
import {
  ACCOUNT_PAGES,
  type AccountPage,
  INSTANCE_PAGES,
  type InstancePage,
  SETTINGS_PAGES,
  type SettingsPage,
} from "../paths.ts";
import { go } from "../route.ts";
import { signOut } from "../session.ts";

export interface CalledItem extends PickerItem {
  /** What else people call it, in small letters: it is found by these words, which are not shown. */
  readonly words: string;
}

export const SETTINGS_NAMES: Readonly<Record<SettingsPage, string>> = {
  general: "General",
  members: "Members",
  keys: "API keys",
  retention: "Retention and disk",
  audit: "Audit log",
  danger: "Danger zone",
};
export const INSTANCE_NAMES: Readonly<Record<InstancePage, string>> = {
  users: "Users",
  applications: "Applications",
  system: "System",
  audit: "Audit log",
};
export const ACCOUNT_NAMES: Readonly<Record<AccountPage, string>> = {
  profile: "Profile",
  password: "Password",
  sessions: "Sessions",
  appearance: "Appearance and keys",
};

const SETTINGS_WORDS: Readonly<Record<SettingsPage, string>> = {
  general: "settings title colour color rename",
  members: "settings invite invitation add people team users roles",
  keys: "settings tokens secrets rotate revoke send ingest",
  retention: "settings days kept storage space usage quota",
  audit: "settings history events who",
  danger: "settings delete remove application",
};
const INSTANCE_WORDS: Readonly<Record<InstancePage, string>> = {
  users: "invite invitation people accounts admin",
  applications: "admin new create",
  system: "admin version health status disk server",
  audit: "admin history events who",
};
const ACCOUNT_WORDS: Readonly<Record<AccountPage, string>> = {
  profile: "account settings name email",
  password: "account settings change security",
  sessions: "account settings devices sign out log out security",
  appearance: "account settings preferences theme dark light mode density time zone shortcuts",
};

export function pagesOf(app: string, isAdmin: boolean): readonly CalledItem[] {
  const of = (
    group: string,
    name: string,
    words: string,
    does: PickerItem["does"],
  ): CalledItem => ({
    id: `${group} ${name}`,
    group,
    name,
    words,
    does,
  });
  return [
    ...(app === ""
      ? []
      : [
          of(app, "Logs", "search entries explorer export download", logsOf(app)),
          ...SETTINGS_PAGES.map((page) =>
            of(app, SETTINGS_NAMES[page], SETTINGS_WORDS[page], { screen: "settings", app, page }),
          ),
        ]),
    ...ACCOUNT_PAGES.map((page) =>
      of("You", ACCOUNT_NAMES[page], ACCOUNT_WORDS[page], { screen: "account", page }),
    ),
    ...(isAdmin
      ? INSTANCE_PAGES.map((page) =>
          of("Instance", INSTANCE_NAMES[page], INSTANCE_WORDS[page], { screen: "instance", page }),
        )
      : []),
  ];
}

export function leave(): void {
  void signOut().then(() => go({ screen: "signin", next: "" }));
}
