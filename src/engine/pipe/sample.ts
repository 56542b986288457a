/** `sample 1/n`: entries whose id hashes to 0 modulo n, the same each time. Source: FNV-1a, 32 bits. */

export function isSampled(idText: string, of: number): boolean {
  let hash = 0x811c9dc5;
  for (let i = 0; i < idText.length; i++) hash = Math.imul(hash ^ idText.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % of === 0;
}
