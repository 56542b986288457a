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

export function pagesOf(app: string, isAdmin: boolean): readonly PickerItem[] {
  const of = (group: string, name: string, does: PickerItem["does"]): PickerItem => ({
    id: `${group} ${name}`,
    group,
    name,
    does,
  });
  return [
    ...(app === ""
      ? []
      : [
          of(app, "Logs", logsOf(app)),
          ...SETTINGS_PAGES.map((page) =>
            of(app, SETTINGS_NAMES[page], { screen: "settings", app, page }),
          ),
        ]),
    ...ACCOUNT_PAGES.map((page) => of("You", ACCOUNT_NAMES[page], { screen: "account", page })),
    ...(isAdmin
      ? INSTANCE_PAGES.map((page) =>
          of("Instance", INSTANCE_NAMES[page], { screen: "instance", page }),
        )
      : []),
  ];
}

export function leave(): void {
  void signOut().then(() => go({ screen: "signin", next: "" }));
}
