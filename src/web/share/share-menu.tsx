/**
 * Ways to give others what is shown. Invariant: what was copied is said in words, with the time it is fixed to.
 */
import { searchCommand, searchCurl } from "../../client/shell-commands.ts";
import type { LogsPlace } from "../logs-place.ts";
import { pathOf } from "../paths.ts";
import { copyAndSay } from "../shell/copied.ts";
import { spanText } from "../time/wall-clock.ts";
import { fixed, NOW, type Range } from "../time-range.ts";
import { sharedQuery } from "./shared.ts";
import "./share.css";

export function ShareMenu(props: {
  at: LogsPlace;
  applicationId: string;
  range: Range;
  zone: string;
  close: () => void;
}) {
  const { at, range, zone } = props;
  const span = `${spanText(range.startMs, range.endMs, zone, Date.now())} ${zone}`;
  const copy = (text: string, said: string) => (): void => {
    props.close();
    void copyAndSay(
      text,
      said,
      "The browser let nothing be copied: copy the address of the page instead",
    );
  };
  const linkTo = (place: LogsPlace): string => `${location.origin}${pathOf(place)}`;
  const link = linkTo({
    ...at,
    from: fixed(range.startMs),
    to: fixed(range.endMs),
    live: false,
  });
  const asked = sharedQuery(at, props.applicationId, range, zone);
  const title = `${at.app}: ${at.query === "" ? "all entries" : at.query}, ${span}`;
  const ways: readonly (readonly [name: string, hint: string, run: () => void])[] = [
    ["Link", `the same rows: ${span}`, copy(link, `Link copied, with the time fixed to ${span}`)],
    ...(at.from.startsWith("-") || at.to === NOW
      ? ([
          [
            "Link, time as it is",
            "whoever opens it sees their own present",
            copy(linkTo(at), "Link copied, its time is relative to when it is opened"),
          ],
        ] as const)
      : []),
    [
      "Markdown",
      "a link with the query as its text",
      copy(`[${title.replaceAll(/[[\]\\]/g, "\\$&")}](${link})`, "Markdown copied"),
    ],
    ["curl", "the call of the API", copy(searchCurl(asked), "curl command copied")],
    ["Command line", "npx argus search", copy(searchCommand(asked), "Command copied")],
  ];
  return (
    <div class="share-menu" role="group" aria-label="Copy">
      {ways.map(([name, hint, run]) => (
        <button type="button" class="plain" key={name} onClick={run}>
          {name} <span class="quiet">{hint}</span>
        </button>
      ))}
    </div>
  );
}
