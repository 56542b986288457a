/** `argus login`: signs in, and on a new instance makes its owner first; `argus logout` ends the session. */
import { type Arguments, type Command, CommandError, UsageError, type World } from "../command.ts";
import { configPath } from "../config-file.ts";
import {
  anonymous,
  connect,
  CONNECTION_HELP,
  isCode,
  keepLogin,
  loginOf,
  serverUrl,
} from "../connection.ts";

export const loginCommand: Command = {
  name: "login",
  summary: "sign in; on a new instance, make its owner",
  usage: ["[--email ADDRESS] [--password-stdin] [--name NAME] [--setup-code CODE]"],
  flags: {
    url: { type: "string" },
    email: { type: "string" },
    name: { type: "string" },
    "setup-code": { type: "string" },
    "password-stdin": { type: "boolean" },
  },
  help: {
    url: CONNECTION_HELP.url,
    email: "the address to sign in with",
    name: "the owner's name, on a new instance",
    "setup-code": "the code that a new server printed",
    "password-stdin": "read the password from stdin",
  },
  async run(world, args) {
    if (args.rest.length > 0) throw new UsageError("argus login takes no arguments, only flags");
    const url = serverUrl(world, args);
    const { auth } = anonymous(world, url);
    const state = await auth.GetSetupState({});
    if (state.needsOwner) world.note(`${url} has no users yet: this makes its owner.\n`);
    const email = args.text("email") ?? (await asked(world, "email", "Email: "));
    let answer;
    if (state.needsOwner) {
      const name =
        args.text("name") ?? (world.inIsTerminal ? await world.ask("Your name: ") : email);
      const setupCode = state.needsCode
        ? (args.text("setup-code") ??
          (await asked(world, "setup-code", "Setup code (the server printed it): ")))
        : "";
      answer = await auth.SetUpOwner({
        email,
        name,
        setupCode,
        password: await password(world, args),
      });
    } else {
      answer = await auth
        .Login({ email, password: await password(world, args) })
        .catch((error: unknown) => {
          throw isCode(error, "unauthenticated")
            ? new CommandError("Email or password is wrong.")
            : error;
        });
    }
    await keepLogin(configPath(world.env), url, loginOf(email, answer));
    world.note(`Signed in to ${url} as ${answer.user?.email ?? email}.\n`);
    return 0;
  },
};

export const logoutCommand: Command = {
  name: "logout",
  summary: "end the session that argus login began",
  usage: [""],
  flags: { url: { type: "string" } },
  help: { url: CONNECTION_HELP.url },
  async run(world, args) {
    const { memory, url, client, configPath: path } = await connect(world, args);
    if (memory.login === undefined) {
      world.note(`Nobody is signed in at ${url}.\n`);
      return 0;
    }
    // Forgotten here even when the server cannot be told.
    await keepLogin(path, url, undefined);
    await client.auth.Logout({ refreshToken: memory.login.refreshToken });
    world.note(`Signed out of ${url}.\n`);
    return 0;
  },
};

function asked(world: World, flag: string, question: string): Promise<string> {
  if (!world.inIsTerminal) throw new UsageError(`there is no terminal to ask on: give --${flag}`);
  return world.ask(question);
}

async function password(world: World, args: Arguments): Promise<string> {
  if (!args.has("password-stdin")) {
    if (!world.inIsTerminal)
      throw new UsageError("there is no terminal to ask on: give --password-stdin");
    return world.ask("Password: ", true);
  }
  const parts: Uint8Array[] = [];
  for await (const part of world.stdin) parts.push(part);
  return Buffer.concat(parts)
    .toString("utf8")
    .replace(/\r?\n$/, "");
}
