import compiled from "./crc32.wasm";

interface Exports {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly crc32: (crc: number, length: number) => number;
}

const { memory, crc32 } = new WebAssembly.Instance(compiled).exports as unknown as Exports;

/** The CRC-32 of the content, as eight hexadecimal digits. */
export function checksum(content: Uint8Array): string {
  const window = new Uint8Array(memory.buffer);
  let crc = 0;
  for (let at = 0; at < content.length; at += window.length) {
    const part = content.subarray(at, at + window.length);
    window.set(part);
    crc = crc32(crc, part.length);
  }
  return (crc >>> 0).toString(16).padStart(8, "0");
}
