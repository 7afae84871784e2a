// The body of an answer to an XMLHttpRequest, as far as it has come.

const { TextDecoder, Uint8Array } = globalThis; // an app may put others in their place

/** As many bytes are kept. */
const LARGEST = 64 << 20;

export class XhrBody {
  #parts: Uint8Array<ArrayBuffer>[] = [];
  #text = "";
  #decoded = 0;
  #decode: ((part: Uint8Array | undefined) => string) | null = null;
  size = 0;

  /** Whether it may be kept. */
  add(part: Uint8Array<ArrayBuffer>): boolean {
    this.size += part.length;
    if (this.size > LARGEST) return false;
    this.#parts.push(part);
    return true;
  }

  /** What has come, as one. */
  bytes(): Uint8Array<ArrayBuffer> {
    if (this.#parts.length === 1) return this.#parts[0]!;
    const whole = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** What has come, as text; `whole`: nothing follows. */
  text(charset: string, whole: boolean): string {
    this.#decode ??= decoderOf(charset);
    for (; this.#decoded < this.#parts.length; this.#decoded++) {
      this.#text += this.#decode(this.#parts[this.#decoded]);
    }
    if (whole && this.#decoded !== Infinity) {
      this.#text += this.#decode(undefined);
      this.#decoded = Infinity;
    }
    return this.#text;
  }
}

/** Decodes one part after the other, and what is left at the end. */
function decoderOf(charset: string): (part: Uint8Array | undefined) => string {
  // What apps ask for to get bytes as text; browsers map the upper half to U+F780….
  if (charset.toLowerCase() === "x-user-defined") {
    return (part) =>
      Array.from(part ?? [], (byte) => String.fromCharCode(byte < 128 ? byte : 0xf700 + byte)).join("");
  }
  let decoder: InstanceType<typeof TextDecoder>;
  try {
    decoder = new TextDecoder(charset);
  } catch {
    decoder = new TextDecoder();
  }
  return (part) => part === undefined ? decoder.decode() : decoder.decode(part, { stream: true });
}
