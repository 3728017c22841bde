const MASK = "[secret]";

/** Shorter lines and fields of a secret are likely to be common words, so they are not masked on their own. */
const MIN_PART = 8;
/** Shorter pieces of base64 occur by chance. */
const MIN_STRETCH = 6;

const BASE64 = /[A-Za-z0-9+/=_-]/;

/**
 * Masks every secret in a text, in plain form and as JSON, URL, HTML, hexadecimal or base64 encode it, because error
 * messages quote requests and code in all of these forms. If a secret has several lines or is JSON, each line or field
 * is masked too.
 */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  return masked(text, new Map([[MASK, secrets]]));
}

/** Like `maskSecrets`, with the name of each secret in its mask. */
export function maskNamed(text: string, secrets: ReadonlyMap<string, readonly string[]>): string {
  return masked(text, new Map([...secrets].map(([name, values]) => [`[secret ${name}]`, values])));
}

function masked(text: string, secrets: ReadonlyMap<string, readonly string[]>): string {
  const masks = new Array<string | undefined>(text.length);
  for (const [mask, values] of secrets) {
    const cover = (form: string, widen: (start: number, end: number) => readonly [number, number]): void => {
      if (form === "") return;
      for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
        masks.fill(mask, ...widen(at, at + form.length));
      }
    };
    for (const secret of new Set(values.flatMap(partsOf))) {
      for (const form of new Set(escapedForms(secret))) cover(form, (start, end) => [start, end]);
      for (const form of new Set(base64Forms(secret)))
        cover(form, (start, end) => base64Around(text, start, end));
    }
  }
  // Overlapping matches become one mask, so that no part of a secret is left next to the mask of another.
  return text.replace(/[^]/g, (character, at: number) =>
    masks[at] === undefined ? character : masks[at - 1] === undefined ? (masks[at] ?? "") : "",
  );
}

function partsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim());
  return [secret, ...[...lines, ...fieldsOf(parsed(secret))].filter(({ length }) => length >= MIN_PART)];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fieldsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(fieldsOf) : [];
}

function escapedForms(secret: string): string[] {
  const json = jsonText(secret);
  const inQuotes = json.replaceAll('\\"', '"');
  // encodeURIComponent throws on half a surrogate pair; the round trip through bytes replaces it.
  const url = encodeURIComponent(Buffer.from(secret).toString());
  const strictUrl = url.replace(/[!'()*]/g, (character) => `%${hex(character.charCodeAt(0), 2)}`);
  const bytes = Buffer.from(secret).toString("hex");
  // A JSON error of an API may quote JSON that contains JSON.
  const nested = [json, jsonText(json), jsonText(jsonText(json))].flatMap((form) => [
    form,
    asciiOnly(form),
    htmlSafe(form),
    htmlSafe(asciiOnly(form)),
  ]);
  return [
    secret,
    ...nested.flatMap((form) => [form, form.replaceAll("/", "\\/"), lowerEscapes(form)]),
    // Single quotes and backticks, as in a stack trace or the output of util.inspect.
    inQuotes.replaceAll("'", "\\'"),
    inQuotes.replaceAll("`", "\\`"),
    ...[url, strictUrl]
      .flatMap((form) => [form, form.replaceAll("%20", "+")])
      .flatMap((form) => [form, lowerPercents(form)]),
    secret
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("'", "&#39;"),
    bytes,
    bytes.toUpperCase(),
  ];
}

function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function hex(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, "0");
}

/** Escapes everything outside ASCII, as Python's json does. */
function asciiOnly(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);
}

/** Escapes <, > and &, as Go's encoding/json does. */
function htmlSafe(text: string): string {
  return text.replace(/[<>&]/g, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);
}

function lowerEscapes(text: string): string {
  return text.replace(/\\u[0-9A-F]{4}/g, (escape) => escape.toLowerCase());
}

function lowerPercents(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}

/** The secret in base64, alone and inside a longer text, where its encoding depends on its offset modulo 3. */
function base64Forms(secret: string): string[] {
  return [secret, jsonText(secret)].flatMap((text) => {
    const bytes = Buffer.from(text);
    const stretches = [0, 1, 2].map((before) => {
      const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
      return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
    });
    const alone = bytes.toString("base64");
    return [alone, ...stretches.filter(({ length }) => length >= MIN_STRETCH)]
      .flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "")])
      .filter(({ length }) => length >= 4);
  });
}

/** The first and last characters also encode bits of the neighbouring text, so the whole base64 word is masked. */
function base64Around(text: string, start: number, end: number): readonly [number, number] {
  let [from, to] = [start, end];
  while (from > 0 && BASE64.test(text.charAt(from - 1))) from -= 1;
  while (to < text.length && BASE64.test(text.charAt(to))) to += 1;
  return [from, to];
}
