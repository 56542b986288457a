/** `argus doctor`: looks at this machine, the server and the login, and says what to do. */
import { stat } from "node:fs/promises";
import { type Command, noArguments, type World } from "../command.ts";
import {
  anonymous,
  applicationOfKey,
  connect,
  type Connection,
  CONNECTION_HELP,
  listApplications,
  prefixOf,
} from "../connection.ts";
import { problemText } from "../render/problem.ts";
import { oneLine } from "../render/terminal-text.ts";

export const doctorCommand: Command = {
  name: "doctor",
  summary: "check the server, the login and this machine",
  usage: [""],
  flags: { url: { type: "string" } },
  help: { url: CONNECTION_HELP.url },
  async run(world, args) {
    noArguments("argus doctor", args.rest);
    const connection = await connect(world, args);
    const { url } = connection;
    const checks: readonly [string, () => Promise<string>][] = [
      ["node", () => Promise.resolve(process.version)],
      ["login file", () => fileState(connection.configPath)],
      ["server", () => health(world, `${url}/healthz`)],
      ["ready", () => health(world, `${url}/readyz`)],
      [
        "set up",
        async () => {
          const { needsOwner } = await anonymous(world, url).auth.GetSetupState({});
          if (needsOwner) throw new Error("it has no owner yet: npx argus login makes one");
          return "has an owner";
        },
      ],
      [
        "credential",
        async () => {
          if (connection.kind === "key") return keyState(connection);
          const apps = await listApplications(connection.client);
          return `${connection.memory.login?.email ?? ""}, ${apps.length} application(s)`;
        },
      ],
    ];
    let failed = 0;
    for (const [name, check] of checks) {
      try {
        world.out(`ok      ${name.padEnd(11)} ${oneLine(await check())}\n`);
      } catch (error) {
        failed++;
        world.out(
          `FAILED  ${name.padEnd(11)} ${problemText(error).trimEnd().replaceAll("\n", "\n                    ")}\n`,
        );
      }
    }
    return failed === 0 ? 0 : 1;
  },
};

async function keyState(connection: Connection): Promise<string> {
  const application = await applicationOfKey(connection);
  const may = application === undefined ? "may only write" : `of ${application.name}, may read`;
  const { login } = connection.memory;
  const wins = login === undefined ? "" : `; it wins over the login of ${login.email}`;
  return `key ${prefixOf(await connection.token())} of ARGUS_API_KEY, ${may}${wins}`;
}

async function health(world: World, address: string): Promise<string> {
  const response = await world.fetch(address, { signal: world.signal }).catch(() => {
    throw new Error(
      `${address} cannot be reached. Start it with: npx argus serve   (another address: --url or ARGUS_URL)`,
    );
  });
  const text = (await response.text()).slice(0, 200);
  if (!response.ok) throw new Error(`${address} answers ${response.status}: ${text}`);
  return `${address} ${text.trim()}`;
}

async function fileState(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return `${path} (none yet)`;
  if ((found.mode & 0o077) !== 0) throw new Error(`others may read ${path}: chmod 600 ${path}`);
  return path;
}
