/** The commands, in the order of the help. */
import type { Command } from "./command.ts";
import { appCommand } from "./commands/app.ts";
import { contextCommand } from "./commands/context.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { exportCommand } from "./commands/export.ts";
import { keyCommand } from "./commands/key.ts";
import { loginCommand, logoutCommand } from "./commands/login.ts";
import { memberCommand } from "./commands/member.ts";
import { migrateCommand } from "./commands/migrate.ts";
import { searchCommand } from "./commands/search.ts";
import { sendCommand } from "./commands/send.ts";
import { serveCommand } from "./commands/serve.ts";
import { tailCommand } from "./commands/tail.ts";
import { userCommand } from "./commands/user.ts";
import { whoamiCommand } from "./commands/whoami.ts";

export const COMMANDS: readonly Command[] = [
  serveCommand,
  loginCommand,
  logoutCommand,
  whoamiCommand,
  appCommand,
  keyCommand,
  memberCommand,
  userCommand,
  sendCommand,
  searchCommand,
  tailCommand,
  contextCommand,
  exportCommand,
  migrateCommand,
  doctorCommand,
];
