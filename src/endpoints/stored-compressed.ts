/**
 * Serves files that lie beside their compressed forms (`x.js`, `x.js.gz`, `x.js.br`).
 * Invariant: what is sent says how it is encoded, and caches keep the forms apart. What has no such form is left to
 * the handler behind.
 */
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import type { RequestHandler } from "express";

/** Best first. */
const FORMS = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
};

/** @param folder read once: the page is built before the server starts. */
export function storedCompressed(folder: string): RequestHandler {
  const there = new Set(filesOf(folder));
  return (req, res, next) => {
    const name = basename(req.path);
    const type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
    if (
      (req.method !== "GET" && req.method !== "HEAD") ||
      req.path !== `/${name}` ||
      !there.has(name) ||
      type === undefined
    ) {
      next();
      return;
    }
    res.vary("Accept-Encoding");
    const accepted = req.headers["accept-encoding"] ?? "";
    const form = FORMS.find(
      ([encoding, ending]) => takes(accepted, encoding) && there.has(name + ending),
    );
    if (form !== undefined) {
      const [encoding, ending] = form;
      // The handler behind sends the file that the address now names, with its own caching.
      req.url = `/${name}${ending}`;
      res.setHeader("Content-Encoding", encoding);
      res.setHeader("Content-Type", type);
    }
    next();
  };
}

function filesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function takes(accepted: string, encoding: string): boolean {
  return accepted
    .split(",")
    .map((part) => part.trim().toLowerCase())
    .some(
      (part) => part === encoding || (part.startsWith(`${encoding};`) && !/q=0(\.0*)?$/.test(part)),
    );
}
