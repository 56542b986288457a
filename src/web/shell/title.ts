/**
 * What the tab of a place is called.
 */
import type { Place } from "../paths.ts";
import { shownText } from "../words.ts";
import { ACCOUNT_NAMES, INSTANCE_NAMES, SETTINGS_NAMES } from "./pages.ts";

export function titleOf(place: Place): string {
  return [...partsOf(place), "Argus"].join(" · ");
}

function partsOf(place: Place): readonly string[] {
  switch (place.screen) {
    case "home":
      return [];
    case "signin":
      return ["Sign in"];
    case "setup":
      return ["Set up"];
    case "invite":
      return ["Join"];
    case "reset":
      return ["Another password"];
    case "logs":
      return place.query === "" ? [place.app] : [shownText(place.query.slice(0, 60)), place.app];
    case "entry":
      return [place.app];
    case "settings":
      return [SETTINGS_NAMES[place.page], place.app];
    case "instance":
      return [INSTANCE_NAMES[place.page], "Instance"];
    case "account":
      return [ACCOUNT_NAMES[place.page], "Account"];
    default:
      return place satisfies never;
  }
}
