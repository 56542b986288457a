/**
 * Queries that were run in this browser, newest first, an application apart. Invariant: each once, and never many.
 */
const MOST = 20;

function keyOf(app: string): string {
  return `argus.recent.${app}`;
}

export function recentQueries(app: string): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(app)) ?? "[]");
    return Array.isArray(stored) ? stored.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

export function rememberQuery(app: string, query: string): void {
  const text = query.trim();
  if (text === "") return;
  const next = [text, ...recentQueries(app).filter((one) => one !== text)].slice(0, MOST);
  localStorage.setItem(keyOf(app), JSON.stringify(next));
}
