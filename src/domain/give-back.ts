/**
 * Memory given back by hand. Invariant: only what is the caller's alone and is not looked at again: reading it
 * afterwards finds nothing. The collector counts bytes outside of its heap and looks through the whole heap for
 * them, so that buffers of every request left to it cost more than what made them.
 */
export function giveBack(...arrays: readonly (ArrayBufferView | undefined)[]): void {
  for (const array of arrays) {
    if (array === undefined) continue;
    const { buffer } = array;
    // A part of a buffer may have neighbours that are somebody else's.
    const { byteLength } = buffer;
    if (byteLength === 0 || byteLength !== array.byteLength) continue;
    if (buffer instanceof ArrayBuffer) buffer.transfer(0);
  }
}
