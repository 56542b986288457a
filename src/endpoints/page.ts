/**
 * The page's files. Invariants: what has a hash in its name is cached for ever, the page itself never;
 * nothing but this server's own scripts may run in it, and nobody may frame it; no error tells of this machine.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import express, { type Router } from "express";
import { storedCompressed } from "./stored-compressed.ts";

/** Scripts, styles, pictures and calls from here only. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * @param deps.folder what the page was built into; undefined where it was not built.
 * @param deps.prefix path prefix under which people see the server, "" for none.
 */
export function page(deps: { folder: string | undefined; prefix: string }): Router {
  const router = express.Router();
  const { folder } = deps;
  const html = folder === undefined ? undefined : pageHtml(folder, deps.prefix);
  router.use((_req, res, next) => {
    res.setHeader("Content-Security-Policy", POLICY);
    res.setHeader("X-Content-Type-Options", "nosniff");
    res.setHeader("Referrer-Policy", "no-referrer");
    next();
  });
  if (folder !== undefined)
    router.use(
      "/assets",
      storedCompressed(join(folder, "assets")),
      express.static(join(folder, "assets"), {
        immutable: true,
        maxAge: "365d",
        index: false,
        redirect: false,
        // Whatever cannot be had is no file: express would tell its path, and where in the program it was missed.
        fallthrough: true,
      }),
    );
  // Everything that is no file is the page: its own router reads the address.
  router.get(/^\/($|signin$|setup$|invite$|reset$|a\/|account\/|instance\/)/, (_req, res) => {
    res.setHeader("Cache-Control", "no-cache");
    if (html === undefined)
      res
        .status(503)
        .type("text/plain")
        .send("The page is not built: run `npm run build:web`, then start again.\n");
    else res.type("text/html").send(html);
  });
  const lost = lostHtml(deps.prefix);
  router.get(/.*/, (req, res, next) => {
    // Who follows a wrong link in a browser reads a page; programs are told as by any other endpoint.
    if (!/\btext\/html\b/.test(req.headers.accept ?? "") || /^\/(api|ingest)\//.test(req.path))
      next();
    else res.status(404).setHeader("Cache-Control", "no-cache").type("text/html").send(lost);
  });
  return router;
}

function lostHtml(prefix: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Not found · Argus</title>
  </head>
  <body>
    <h1>There is no page at this address</h1>
    <p><a href="${encodeURI(prefix)}/">To the logs</a></p>
  </body>
</html>
`;
}

/** The page's addresses are relative to the base written here, so that they hold below `/a/…` and any prefix. */
function pageHtml(folder: string, prefix: string): string {
  const html = readFileSync(join(folder, "index.html"), "utf8");
  return html.replace("<head>", `<head>\n    <base href="${encodeURI(prefix)}/" />`);
}
