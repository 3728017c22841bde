/** What is written in one style. */
export interface Run {
  text: string;
  readonly bold: boolean;
  /** The number of a colour in the palette of 256; undefined for the terminal's own. */
  readonly color: string | undefined;
}

/** A colour, the end of a line, or characters to write. Nothing else is understood: a program that moves the cursor is not recorded. */

const PART = /\u001b\[([\d;]*)m|\r\n|[^\u0000-\u001f]+|([^])/g;

/** A terminal to which programs only add. */
export class Screen {
  readonly lines: Run[][] = [[]];
  column = 0;
  #style: Pick<Run, "bold" | "color"> = { bold: false, color: undefined };

  constructor(readonly width: number) {}

  write(written: string): void {
    for (const [part, colors, other] of written.matchAll(PART)) {
      if (other !== undefined)
        throw new Error(`A recording cannot show ${JSON.stringify(other)} of ${JSON.stringify(written)}.`);
      if (part === "\r\n") this.#end();
      else if (colors === undefined) this.#put(part);
      else this.#color(colors);
    }
  }

  #end(): void {
    this.lines.push([]);
    this.column = 0;
  }

  /** Goes on in the next line where this one is full. */
  #put(text: string): void {
    if (text === "") return;
    if (this.column === this.width) this.#end();
    const fits = text.slice(0, this.width - this.column);
    const line = this.lines.at(-1) ?? [];
    const last = line.at(-1);
    if (last?.bold === this.#style.bold && last.color === this.#style.color) last.text += fits;
    else line.push({ text: fits, ...this.#style });
    this.column += fits.length;
    this.#put(text.slice(fits.length));
  }

  #color(codes: string): void {
    const [, color] = /^38;5;(\d+)$/.exec(codes) ?? [];
    if (color !== undefined) this.#style = { ...this.#style, color };
    else if (codes === "1") this.#style = { ...this.#style, bold: true };
    else if (codes === "0" || codes === "") this.#style = { bold: false, color: undefined };
    else throw new Error(`A recording cannot show the style ${codes}.`);
  }
}
