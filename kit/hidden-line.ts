/** A paste between two marks, an escape sequence (which may be unfinished), Enter, or one character. */
const KEYS = /\u001b(?:\[[0-?]*[ -/]*[@-~]?|O[^]?|[^[O])?|\r\n?|[^]/gu;
const UNFINISHED = /\u001b(?:\[[0-?]*[ -/]*|O)?$/;

/** A terminal that was asked to mark pastes sends these before and after one. */
const PASTE_BEGIN = "\u001b[200~";
const PASTE_END = "\u001b[201~";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_U = "\u0015";

/** What is typed or pasted at a prompt that shows nothing: a line, or a paste of several. */
export class HiddenLine {
  #text = "";
  #unread = "";
  #pasting = false;
  #entered = false;
  #cut = false;
  #interrupted = false;
  #ended = false;

  get text(): string {
    return this.#text;
  }

  /** Whether Enter was pressed. */
  get entered(): boolean {
    return this.#entered;
  }

  /** Whether more came after Enter: the line is the first of several, pasted into a terminal that does not mark pastes. */
  get cut(): boolean {
    return this.#cut;
  }

  /** Whether Ctrl-C was pressed. */
  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** Whether Ctrl-D was pressed on an empty line. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Takes what the terminal has sent. */
  feed(chunk: string): void {
    const input = this.#unread + chunk;
    this.#unread = UNFINISHED.exec(input)?.[0] ?? "";
    for (const [key] of input.slice(0, input.length - this.#unread.length).matchAll(KEYS)) {
      if (key === PASTE_BEGIN || key === PASTE_END) this.#pasting = key === PASTE_BEGIN;
      else if (this.#entered) this.#cut = true;
      else if (this.#pasting) this.#text += /^[\r\n]/.test(key) ? "\n" : key;
      else this.#press(key);
    }
  }

  #press(key: string): void {
    switch (key) {
      case "\r":
      case "\n":
      case "\r\n":
        this.#entered = true;
        break;
      case CTRL_C:
        this.#interrupted = true;
        break;
      case CTRL_D:
        this.#ended ||= this.#text === "";
        break;
      case CTRL_U:
        this.#text = "";
        break;
      case "\b":
      case "\u007f":
        this.#text = this.#text.replace(/[^]$/u, "");
        break;
      default:
        // Arrows and other keys that edit a line have nothing to show here.
        if (key === "\t" || key >= " ") this.#text += key;
    }
  }
}
