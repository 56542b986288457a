/**
 * The page's files. Invariants: what has a hash in its name is cached for ever, the page itself never;
 * nothing but this server's own scripts may run in it, and nobody may frame it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import express, { type Router } from "express";

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
      express.static(join(folder, "assets"), {
        immutable: true,
        maxAge: "365d",
        index: false,
        fallthrough: false,
      }),
    );
  // Everything that is no file is the page: its own router reads the address.
  router.get(/^\/($|signin$|setup$|a\/|settings\/)/, (_req, res) => {
    res.setHeader("Cache-Control", "no-cache");
    if (html === undefined)
      res
        .status(503)
        .type("text/plain")
        .send("The page is not built: run `npm run build:web`, then start again.\n");
    else res.type("text/html").send(html);
  });
  return router;
}

/** The page's addresses are relative to the base written here, so that they hold below `/a/…` and any prefix. */
function pageHtml(folder: string, prefix: string): string {
  const html = readFileSync(join(folder, "index.html"), "utf8");
  return html.replace("<head>", `<head>\n    <base href="${encodeURI(prefix)}/" />`);
}
