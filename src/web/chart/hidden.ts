/**
 * Series that are hidden, as the address has them: `-name`, apart by commas. Invariant: any name comes back as it was. Pure.
 */
export function readHidden(text: string): ReadonlySet<string> {
  const names = text.split(",").flatMap((part) => {
    if (!part.startsWith("-")) return [];
    try {
      return [decodeURIComponent(part.slice(1))];
    } catch {
      // A link that somebody cut: the others count.
      return [];
    }
  });
  return new Set(names);
}

export function hiddenText(hidden: ReadonlySet<string>): string {
  return [...hidden]
    .map((name) => `-${name.replaceAll("%", "%25").replaceAll(",", "%2C")}`)
    .join(",");
}
