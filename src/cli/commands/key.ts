/** `argus key …`: API keys of an application. The secret goes to stdout, once, and nowhere else. */
import { type ApiKey, Scope } from "../../../generated/client/argus/v1/application_service.ts";
import { type Command, noArguments, UsageError } from "../command.ts";
import { applicationId, connect, CONNECTION_FLAGS, CONNECTION_HELP } from "../connection.ts";
import { exactTime } from "../render/entry-line.ts";
import { table } from "../render/table.ts";
import { oneLine } from "../render/terminal-text.ts";
import { nanosOfTimestamp } from "../time-option.ts";

const VERBS = ["list", "create", "rotate", "revoke"];
const DAY_S = 86_400;
const UNITS_S = { s: 1, m: 60, h: 3_600, d: DAY_S } as const;
const SCOPES = { ingest: Scope.SCOPE_INGEST, read: Scope.SCOPE_READ } as const;

export const keyCommand: Command = {
  name: "key",
  summary: "list, create, rotate and revoke API keys",
  usage: [
    "list [--json]",
    "create NAME [--scope ingest,read]",
    "rotate ID [--grace 1d]",
    "revoke ID",
  ],
  flags: {
    ...CONNECTION_FLAGS,
    scope: { type: "string" },
    grace: { type: "string" },
    json: { type: "boolean" },
  },
  help: {
    ...CONNECTION_HELP,
    scope: "what the key may: ingest (default), read, or both with a comma",
    grace: "how long the secret until now works still: 1d (default), 12h, 30m, 0s; at most 30d",
    json: "a JSON object a line",
  },
  async run(world, args) {
    const [verb = "list", name, ...more] = args.rest;
    if (!VERBS.includes(verb))
      throw new UsageError(`argus key has no ${JSON.stringify(verb)}: ${VERBS.join(", ")}`);
    if (verb === "list") noArguments("argus key list", args.rest.slice(1));
    if (more.length > 0)
      throw new UsageError(
        `argus key ${verb} takes one ${verb === "create" ? "name" : "id"}: ${JSON.stringify(more[0])} is not understood`,
      );
    const scopes = (args.text("scope") ?? "ingest").split(",").map(scopeNamed);
    const graceSeconds = graceNamed(args.text("grace") ?? "1d");
    const connection = await connect(world, args);
    const service = connection.client.applications;
    if (verb === "list") {
      const id = await applicationId(connection, args);
      const keys: ApiKey[] = [];
      let pageToken = "";
      do {
        const answer = await service.ListApiKeys({ applicationId: id, pageSize: 1000, pageToken });
        keys.push(...answer.apiKeys);
        pageToken = answer.nextPageToken;
      } while (pageToken !== "");
      const rows = keys.map((key) => ({
        name: key.name,
        scopes: key.scopes.map(scopeName).join(","),
        prefix: key.prefix,
        last_used_at:
          key.lastUsedAt === undefined ? "never" : exactTime(nanosOfTimestamp(key.lastUsedAt)),
        id: key.id,
      }));
      // Who must switch before the grace ends: told beside the table, where a person sees it.
      for (const key of keys) {
        if (key.replacedSecretExpiresAt === undefined || key.laggingSenders.length === 0) continue;
        const until = exactTime(nanosOfTimestamp(key.replacedSecretExpiresAt));
        const senders = key.laggingSenders.map(({ sender }) => oneLine(sender)).join(", ");
        world.note(
          `${oneLine(key.name)}: still sent with the secret before, which ends ${until}: ${senders}\n`,
        );
      }
      if (args.has("json")) for (const row of rows) world.out(`${JSON.stringify(row)}\n`);
      else
        world.out(
          table(
            ["name", "scopes", "prefix", "last used", "id"],
            rows.map((row) => Object.values(row)),
          ),
        );
      return 0;
    }
    if (verb === "create") {
      if (name === undefined) throw new UsageError("argus key create takes a name");
      const id = await applicationId(connection, args);
      const answer = await service.CreateApiKey({
        applicationId: id,
        name,
        scopes,
        expiresAt: undefined,
      });
      world.out(
        args.has("json")
          ? `${JSON.stringify({ id: answer.apiKey?.id, secret: answer.secret })}\n`
          : `${answer.secret}\n`,
      );
      world.note("This is the secret; it is shown this once.\n");
      return 0;
    }
    if (name === undefined)
      throw new UsageError(`argus key ${verb} takes the id of a key (npx argus key list)`);
    if (verb === "rotate") {
      const { secret } = await service.RotateApiKey({ apiKeyId: name, graceSeconds });
      world.out(args.has("json") ? `${JSON.stringify({ id: name, secret })}\n` : `${secret}\n`);
      world.note(
        `This is the new secret; it is shown this once. ${
          graceSeconds === 0
            ? "The one before has ended."
            : "The one before works for the grace: npx argus key list names who still sends with it."
        }\n`,
      );
      return 0;
    }
    await service.RevokeApiKey({ apiKeyId: name });
    world.note("Revoked. Servers forget it within 10 seconds.\n");
    return 0;
  },
};

/** @returns seconds. */
function graceNamed(text: string): number {
  const [, digits, unit] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  if (digits === undefined || unit === undefined)
    throw new UsageError(
      `--grace takes a time such as 1d, 12h or 30m, not ${JSON.stringify(text)}`,
    );
  return Number(digits) * UNITS_S[unit as keyof typeof UNITS_S];
}

function scopeNamed(text: string): Scope {
  if (text === "ingest" || text === "read") return SCOPES[text];
  throw new UsageError(
    `--scope takes ingest, read or both with a comma, not ${JSON.stringify(text)}`,
  );
}

function scopeName(scope: Scope): string {
  return Object.entries(SCOPES).find(([, value]) => value === scope)?.[0] ?? String(scope);
}
