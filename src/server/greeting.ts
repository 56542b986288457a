/**
 * What a person sees who starts a server in a terminal. Invariant: nothing secret but the set-up link, which works
 * once; the lines to send with name ARGUS_API_KEY in the place of a secret, which nobody keeps.
 */
import { argusCommand, sendExamples } from "../client/send-examples.ts";

export interface Greeted {
  /** Where people reach the server, without a slash at the end. */
  readonly url: string;
  readonly setupUrl: string | undefined;
  /** Whether there is a key that writes. */
  readonly canSend: boolean;
}

export function greeting({ url, setupUrl, canSend }: Greeted): string {
  const head = `\n  Argus is running at ${url}\n`;
  if (setupUrl !== undefined)
    return `${head}  Set up the owner (the link works once):\n\n    ${setupUrl}\n\n`;
  if (!canSend)
    return `${head}  To send, make a key on its page (Settings, API keys), or with: npx argus login, npx argus key create first --scope ingest,read\n\n`;
  return `${head}${linesToSend(url)}`;
}

/** Shown at start, or when the first key is made. */
export function linesToSend(url: string): string {
  const examples = sendExamples(url).map(
    ({ note, text }) => `    ${[note, ...text.split("\n")].join("\n    ")}\n`,
  );
  return [
    "  Each of these sends an entry, from another terminal that has the secret of a key:\n",
    "    export ARGUS_API_KEY=argus_…\n",
    ...examples,
    `    # and one finds it, when the key may read\n    ${argusCommand("search light", url).replaceAll("\n", "\n    ")}\n\n`,
  ].join("\n");
}

/** The same for a log: what each line is, and the line. */
export function loggedLines(url: string): Readonly<Record<string, string>> {
  const [ndjson, twirp, pipe] = sendExamples(url).map(({ text }) => text.replace(/ \\\n */g, " "));
  return { ndjson: ndjson ?? "", twirp: twirp ?? "", pipe: pipe ?? "" };
}
