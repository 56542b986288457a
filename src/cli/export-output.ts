/**
 * Where an export goes.
 * Invariant: a file appears under its name when it is whole, and not before; what there is of one that is not lies
 * beside it, under a name that says so. Whoever writes waits until there is room.
 */
import { type FileHandle, open, rename } from "node:fs/promises";
import { CommandError, type World } from "./command.ts";

export interface ExportOutput extends AsyncDisposable {
  write(bytes: Uint8Array): Promise<void>;
  /** It is whole. */
  finish(): Promise<void>;
  /** Where what was written lies when it is not; undefined for stdout. */
  readonly partialPath: string | undefined;
}

/** @param path stdout when undefined. Throws CommandError. */
export async function openExportOutput(
  world: World,
  path: string | undefined,
): Promise<ExportOutput> {
  if (path === undefined || path === "-")
    return {
      async write(bytes) {
        world.out(bytes);
        await world.outDrained();
      },
      finish: () => Promise.resolve(),
      partialPath: undefined,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  const partialPath = `${path}.partial`;
  const file = await opened(partialPath, path);
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await file.close();
  };
  return {
    async write(bytes) {
      for (let at = 0; at < bytes.length;) {
        const { bytesWritten } = await file.write(bytes, at);
        at += bytesWritten;
      }
    },
    async finish() {
      await file.sync();
      await close();
      await rename(partialPath, path).catch((error: unknown) => {
        throw new CommandError(`${path} cannot be made: ${(error as Error).message}`);
      });
    },
    partialPath,
    [Symbol.asyncDispose]: close,
  };
}

async function opened(partialPath: string, path: string): Promise<FileHandle> {
  return open(partialPath, "w").catch((error: unknown) => {
    throw new CommandError(`${path} cannot be written: ${(error as Error).message}`);
  });
}
