/** `argus serve`: hands its arguments to the server. */
import type { Command } from "../command.ts";

export const serveCommand: Command = {
  name: "serve",
  summary: "run a server (its settings: npx argus serve --help)",
  usage: ["[--listen host:port] [--data folder] …"],
  flags: {},
  help: {},
  raw: true,
  async run(_world, _args, argv) {
    // Only here: no other command should wait for the server's modules.
    const { serve } = await import("../../server/serve.ts");
    return serve([...argv]);
  },
};
