/**
 * What nothing else has answered.
 * Invariant: a caller learns nothing of this machine or program; express by itself would send a stack.
 */
import type { ErrorRequestHandler } from "express";
import type { Logger } from "../domain/logger.ts";

/** @returns express' last handler: an error in it is a bug, logged once, but for a path that is no path. */
export function answerLastErrors(logger: Pick<Logger, "error">): ErrorRequestHandler {
  // Express knows such a handler by its four arguments.
  return (error: unknown, _req, res, _next) => {
    const isBadPath = error instanceof URIError;
    if (!isBadPath) logger.error("a request was not answered", error);
    if (res.headersSent) {
      res.destroy();
      return;
    }
    const [status, kind, message] = isBadPath
      ? ([400, "invalid", "the path cannot be read: a % begins no character in it"] as const)
      : ([500, "internal", "internal error"] as const);
    res.status(status).json({ error: { kind, message } });
  };
}
