/**
 * Keeps the messages of services out of what the page loads first, but for those it names.
 * A bundler cuts a module away where it is not used, and puts it whole where some of it is; the generated messages of a
 * service are one module. So the clients of services that later screens call get a copy of theirs, and what is loaded
 * first keeps of the module what it imports itself. Invariant: messages are plain data, so that two copies are as good
 * as one.
 */
import type { Plugin } from "vite";

const COPY = "?later";
const SERVICES = /\/(application|auth|user|instance)_service\.ts$/;
const CLIENTS = /\/(application|auth|user|instance)_service\.twirp-client\.ts$/;

export const servicesLater: Plugin = {
  name: "services-later",
  enforce: "pre",
  async resolveId(source, importer) {
    if (importer === undefined || !SERVICES.test(source)) return null;
    if (!CLIENTS.test(importer) && !importer.endsWith(COPY)) return null;
    const found = await this.resolve(source, importer.replace(COPY, ""), { skipSelf: true });
    return found === null ? null : found.id + COPY;
  },
};
