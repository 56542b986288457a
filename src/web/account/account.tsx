/**
 * What belongs to the person: a page each, beside the list of them.
 */
import type { AccountPage, Place } from "../paths.ts";
import { Side } from "../settings/side.tsx";
import { Appearance } from "./appearance.tsx";
import { Password } from "./password.tsx";
import { Profile } from "./profile.tsx";
import { Sessions } from "./sessions.tsx";
import "../settings/settings.css";

export function Account(props: { at: Extract<Place, { screen: "account" }> }) {
  const { at } = props;
  return (
    <Side app="" at={at}>
      <Page page={at.page} />
    </Side>
  );
}

function Page({ page }: { page: AccountPage }) {
  switch (page) {
    case "profile":
      return <Profile />;
    case "password":
      return <Password />;
    case "sessions":
      return <Sessions />;
    case "appearance":
      return <Appearance />;
    default:
      return page satisfies never;
  }
}
