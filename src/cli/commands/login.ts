/** `argus login`: signs in, and on a new instance makes its owner first; `argus logout` ends the session. */
import { setupCodeIn } from "../../client/setup-code.ts";
import {
  type Arguments,
  type Command,
  CommandError,
  noArguments,
  UsageError,
  type World,
} from "../command.ts";
import { configPath } from "../config-file.ts";
import {
  anonymous,
  apiKeyOf,
  connect,
  CONNECTION_HELP,
  isCode,
  keepLogin,
  loginOf,
  serverUrl,
} from "../connection.ts";
import { UNSET_KEY } from "../render/problem.ts";

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
    "setup-code": "the set-up link that a new server printed, or the code at its end",
    "password-stdin": "read the password from stdin",
  },
  async run(world, args) {
    noArguments("argus login", args.rest);
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
        ? setupCodeIn(
            args.text("setup-code") ??
              (await asked(
                world,
                "setup-code",
                "Set-up link, or its code (the server printed it): ",
              )),
          )
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
    if (apiKeyOf(world) !== undefined) world.note(`${UNSET_KEY}\n`);
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
    noArguments("argus logout", args.rest);
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
