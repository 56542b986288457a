/** `argus key …`: API keys of an application. The secret goes to stdout, once, and nowhere else. */
import { type ApiKey, Scope } from "../../../generated/client/argus/v1/application_service.ts";
import { type Command, noArguments, UsageError } from "../command.ts";
import { applicationId, connect, CONNECTION_FLAGS, CONNECTION_HELP } from "../connection.ts";
import { exactTime } from "../render/entry-line.ts";
import { table } from "../render/table.ts";
import { nanosOfTimestamp } from "../time-option.ts";

const VERBS = ["list", "create", "revoke"];
const SCOPES = { ingest: Scope.SCOPE_INGEST, read: Scope.SCOPE_READ } as const;

export const keyCommand: Command = {
  name: "key",
  summary: "list, create and revoke API keys",
  usage: ["list [--json]", "create NAME [--scope ingest,read]", "revoke ID"],
  flags: { ...CONNECTION_FLAGS, scope: { type: "string" }, json: { type: "boolean" } },
  help: {
    ...CONNECTION_HELP,
    scope: "what the key may: ingest (default), read, or both with a comma",
    json: "a JSON object a line",
  },
  async run(world, args) {
    const [verb = "list", name, ...more] = args.rest;
    if (!VERBS.includes(verb))
      throw new UsageError(`argus key has no ${JSON.stringify(verb)}: ${VERBS.join(", ")}`);
    if (verb === "list") noArguments("argus key list", args.rest.slice(1));
    if (more.length > 0)
      throw new UsageError(
        `argus key ${verb} takes one ${verb === "revoke" ? "id" : "name"}: ${JSON.stringify(more[0])} is not understood`,
      );
    const scopes = (args.text("scope") ?? "ingest").split(",").map(scopeNamed);
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
      throw new UsageError("argus key revoke takes the id of a key (npx argus key list)");
    await service.RevokeApiKey({ apiKeyId: name });
    world.note("Revoked. Servers forget it within 10 seconds.\n");
    return 0;
  },
};

function scopeNamed(text: string): Scope {
  if (text === "ingest" || text === "read") return SCOPES[text];
  throw new UsageError(
    `--scope takes ingest, read or both with a comma, not ${JSON.stringify(text)}`,
  );
}

function scopeName(scope: Scope): string {
  return Object.entries(SCOPES).find(([, value]) => value === scope)?.[0] ?? String(scope);
}
