/**
 * What belongs to the person: a page each, beside the list of them.
 */
import { ACCOUNT_PAGES, type Place } from "../paths.ts";
import { ACCOUNT_NAMES } from "../shell/pages.ts";
import { Side } from "../settings/side.tsx";
import { Appearance } from "./appearance.tsx";
import "../settings/settings.css";

export function Account(props: { at: Extract<Place, { screen: "account" }> }) {
  const { page } = props.at;
  const links = ACCOUNT_PAGES.map((one) => ({
    name: ACCOUNT_NAMES[one],
    to: { screen: "account", page: one } as const,
    current: one === page,
  }));
  return (
    <Side groups={[{ name: "You", links }]}>
      <Appearance />
    </Side>
  );
}
