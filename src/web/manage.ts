/**
 * All services: for the screens beside the logs, which are loaded when they are first shown.
 */
import { createClient } from "../client/client.ts";
import { open, own } from "./session.ts";

/** As the person. */
export const manage = createClient(own);
/** As nobody: for codes that prove themselves. */
export const door = createClient(open);
