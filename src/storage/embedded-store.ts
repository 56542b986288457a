/**
 * What a store on a disk of this machine can do besides: contracts of its folder.
 */
/** What is left of a disk. */
export interface FreeSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

export interface EmbeddedStore {
  /** Copies the store into `destination`, which must be missing or empty; it goes on meanwhile. */
  backup(destination: string): Promise<void>;
  /** What is left of the disk that holds the store; infinite in memory. */
  freeSpace(): Promise<FreeSpace>;
}
