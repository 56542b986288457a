/**
 * What `npm run check` looks at, beside the tests: one row a stage.
 * Invariant: stages only read, so that they may run side by side and in any order.
 */

export interface Stage {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
  /** What mends it, when a command can. */
  readonly mend?: string;
}

export const STAGES: readonly Stage[] = [
  // The slow ones first: with two cores the quick ones fill the gaps.
  { name: "lint", command: ["oxlint", "--deny-warnings"], mend: "npm run lint -- --fix" },
  { name: "dead code", command: ["knip", "--no-progress"] },
  { name: "types", command: ["tsc", "-p", "."] },
  { name: "types of the page", command: ["tsc", "-p", "src/web"] },
  { name: "protos", command: ["buf", "lint"] },
  {
    name: "protos' format",
    command: ["buf", "format", "--diff", "--exit-code"],
    mend: "npm run format",
  },
  { name: "protos' promises", command: ["node", "scripts/breaking.ts"] },
  { name: "format", command: ["oxfmt", "--check"], mend: "npm run format" },
];
