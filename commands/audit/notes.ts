/** How many names a sentence has at most: with those of a whole fleet it would be unreadable. */
const SHOWN = 5;

/** What could not be found out, or needs a look. Equal sentences become one, with the names of all that it is about. */
export class Notes {
  readonly #names = new Map<string, Set<string>>();
  #complete = true;

  /** Whether everything could be read, and looked well. */
  get complete(): boolean {
    return this.#complete;
  }

  /** @param sentence has `{}` in place of the names */
  add(sentence: string, name = ""): void {
    const names = this.#names.get(sentence) ?? new Set();
    this.#names.set(sentence, names.add(name));
  }

  /** Adds a sentence that makes the result no clean one. */
  fail(sentence: string, name: string): void {
    this.#complete = false;
    this.add(sentence, name);
  }

  sentences(): string[] {
    return [...this.#names].map(([sentence, names]) => {
      const more = names.size > SHOWN ? ` and ${names.size - SHOWN} more` : "";
      return sentence.replace("{}", () => `${[...names].sort().slice(0, SHOWN).join(", ")}${more}`);
    });
  }
}
