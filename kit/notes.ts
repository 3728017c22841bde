/** The most names in a sentence, which would be unreadable with those of a whole fleet. */
const SHOWN = 5;

/** Collects what could not be determined or needs attention. Equal sentences are merged, with all of their names. */
export class Notes {
  readonly #names = new Map<string, Set<string>>();
  #complete = true;

  /** Whether everything could be read and nothing needs attention. */
  get complete(): boolean {
    return this.#complete;
  }

  /** @param sentence has `{}` in place of the names */
  add(sentence: string, name = ""): void {
    const names = this.#names.get(sentence) ?? new Set();
    this.#names.set(sentence, names.add(name));
  }

  /** Adds a sentence and marks the result as not clean. */
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
