/** An escape sequence (possibly unfinished, or a paste mark), Enter, or one character. */
const KEYS = /\u001b(?:\[[0-?]*[ -/]*[@-~]?|O[^]?|[^[O\u0000-\u001f])?|\r\n?|[^]/gu;
const UNFINISHED = /\u001b(?:\[[0-?]*[ -/]*|O)?$/;

/** A terminal with bracketed paste enabled sends these before and after a paste. */
const PASTE_BEGIN = "\u001b[200~";
const PASTE_END = "\u001b[201~";

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const CTRL_U = "\u0015";

/** The input at a prompt without echo: one line, or a paste of several lines. */
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

  /** Whether more input followed Enter: several lines were pasted into a terminal that does not mark pastes. */
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

  /** Processes input from the terminal. */
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
        // Ignore arrows and other editing keys, which make no sense without echo.
        if (key === "\t" || key >= " ") this.#text += key;
    }
  }
}
