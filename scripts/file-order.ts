/**
 * The order in which Vitest runs test files. Invariant: what takes long is begun before what is short, so that at the end no
 * worker waits for another one's last file. Sizes say little of that: the shortest files start the most servers.
 */
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** By inheritance, as Vitest wants it: within a group its own order holds, by what it knows of earlier runs. */
export class FileOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => groupOf(a) - groupOf(b));
  }
}

/** A worker serves one project at a time, so none is taken up twice. */
function groupOf({ project, moduleId }: TestSpecification): number {
  switch (project.name) {
    // Waits for epochs and timeouts more than it works.
    case "cassandra":
      return 0;
    case "page":
      return 1;
    default:
      return moduleId.includes("/test/") ? 2 : 3;
  }
}
