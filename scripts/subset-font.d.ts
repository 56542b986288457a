/** What is used of subset-font, which has no types of its own. */
declare module "subset-font" {
  // oxlint-disable-next-line import/no-default-export -- it exports nothing else
  export default function subsetFont(
    font: Uint8Array,
    text: string,
    options: { readonly targetFormat: "woff2" },
  ): Promise<Uint8Array>;
}
