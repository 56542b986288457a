/**
 * `argus doctor`: looks at this machine, the server and the login, and says what to do; where the settings name a cluster,
 * at the cluster.
 */
import { stat } from "node:fs/promises";
import { SETTINGS } from "../../server/setting-table.ts";
import { type Arguments, type Command, type Flags, noArguments, type World } from "../command.ts";
import {
  anonymous,
  applicationOfKey,
  connect,
  type Connection,
  CONNECTION_HELP,
  listApplications,
  prefixOf,
} from "../connection.ts";
import { findingText, type PrintedFinding } from "../render/finding.ts";
import { problemText } from "../render/problem.ts";

/** Those that say how a cluster is reached. */
const CLUSTER = SETTINGS.filter(({ flag, group }) => flag === "store" || group === "cassandra");

export const doctorCommand: Command = {
  name: "doctor",
  summary: "check the server, the login and this machine, or a cluster",
  usage: [
    "[--url http://host:port] [--json]",
    "--store cassandra --cassandra-contact-points host:port,host:port [--json]",
  ],
  flags: {
    url: { type: "string" },
    json: { type: "boolean" },
    ...(Object.fromEntries(CLUSTER.map(({ flag }) => [flag, { type: "string" }])) satisfies Flags),
  },
  help: {
    url: `${CONNECTION_HELP.url}; beside a cluster it is looked at when it is given`,
    json: "a JSON object a finding",
    ...Object.fromEntries(
      CLUSTER.map(({ flag, variable, help }) => [flag, `${help} (else ${variable})`]),
    ),
  },
  async run(world, args) {
    noArguments("argus doctor", args.rest);
    const hasCluster = (args.text("store") ?? world.env["ARGUS_STORE"]) === "cassandra";
    const hasUrl = args.has("url") || world.env["ARGUS_URL"] !== undefined;
    let failed = 0;
    const tell = (finding: PrintedFinding): void => {
      if (finding.level === "fail") failed++;
      world.out(args.has("json") ? `${JSON.stringify(finding)}\n` : findingText(finding));
    };
    if (hasCluster) await lookAtCluster(world, args, tell);
    if (!hasCluster || hasUrl) await lookAtServer(world, args, tell);
    return failed === 0 ? 0 : 1;
  },
};

async function lookAtCluster(
  world: World,
  args: Arguments,
  tell: (finding: PrintedFinding) => void,
): Promise<void> {
  // Only here: no other look should wait for the server's modules.
  const { examineStore } = await import("../../server/doctor.ts");
  const flags = Object.fromEntries(CLUSTER.map(({ flag }) => [flag, args.text(flag)]));
  if (world.noteIsTerminal) world.note("Looking at the cluster; epochs are watched for 15 s.\n");
  for await (const finding of examineStore(flags, world.env, world.signal)) tell(finding);
}

async function lookAtServer(
  world: World,
  args: Arguments,
  tell: (finding: PrintedFinding) => void,
): Promise<void> {
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
  for (const [check, look] of checks) {
    try {
      tell({ level: "ok", check, found: await look() });
    } catch (error) {
      tell({ level: "fail", check, found: problemText(error).trimEnd() });
    }
  }
}

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
