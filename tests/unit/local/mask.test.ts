import { randomBytes, randomInt } from "node:crypto";
import { inspect } from "node:util";
import { maskSecrets } from "../../../local/mask";

const PEM = `-----BEGIN PRIVATE KEY-----\n${Buffer.alloc(48, "key material ").toString("base64")}\n${Buffer.alloc(30, 7).toString("base64")}\n-----END PRIVATE KEY-----\n`;
const QUOTES = `it's "quoted" \\ <b>&\tümläut 🦄 \`x\` a/b=100%+`;

/** Every encoding in which a message may quote a secret. */
const FORMS: Readonly<Record<string, (secret: string) => string>> = {
  "in plain form": (secret) => secret,
  "in JSON": (secret) => JSON.stringify(secret),
  "in JSON in JSON": (secret) => JSON.stringify(JSON.stringify({ text: secret })),
  "in JSON in JSON in JSON": (secret) => JSON.stringify(JSON.stringify(JSON.stringify(secret))),
  "in JSON of ASCII only": (secret) => ascii(JSON.stringify(secret)),
  "in ASCII JSON with capital letters": (secret) =>
    ascii(JSON.stringify(secret), (code) => code.toUpperCase()),
  "in Go's JSON": (secret) =>
    JSON.stringify(secret).replace(/[<>&]/g, (character) => `\\u00${character.charCodeAt(0).toString(16)}`),
  "in JSON with escaped slashes": (secret) => JSON.stringify(secret).replaceAll("/", "\\/"),
  "in a URL": encodeURIComponent,
  "in a URL with small letters": (secret) =>
    encodeURIComponent(secret).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  "in a form": (secret) => new URLSearchParams({ secret }).toString().slice("secret=".length),
  "in base64": (secret) => Buffer.from(secret).toString("base64"),
  "in base64url": (secret) => Buffer.from(secret).toString("base64url"),
  "in hexadecimal": (secret) => Buffer.from(secret).toString("hex"),
  "in HTML": (secret) =>
    secret.replace(
      /[&<>"']/g,
      (character) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot" }[character] ?? "#39"};`,
    ),
};

function ascii(text: string, to: (code: string) => string = (code) => code): string {
  return text.replace(
    /[^\0-\x7f]/g,
    (character) => `\\u${to(character.charCodeAt(0).toString(16).padStart(4, "0"))}`,
  );
}

describe.each(Object.entries(FORMS))("a secret %s is masked", (_, form) => {
  it.each([
    ["a word", "correct-horse-battery"],
    ["a PEM", PEM],
    ["quotes and other alphabets", QUOTES],
  ])("%s", (__, secret) => {
    expect(maskSecrets(`before ${form(secret)} after`, [secret])).toMatch(
      /^before \W*(?:\\"text\\":\W*)?\[secret\]\W* after$/,
    );
  });

  it("with any characters", () => {
    for (let round = 0; round < 50; round += 1) {
      const secret = randomSecret();
      const masked = maskSecrets(`{ ${form(secret)} }`, [secret]);
      expect(masked.replaceAll("[secret]", "").replace(/[^A-Za-z0-9]|text/g, "")).toBe("");
    }
  });
});

/** With at least one letter, so that it is never only punctuation. */
function randomSecret(): string {
  const alphabet = `abcXYZ0189"'\\\n\r\t/<>&%+=-_ {}éß☃🦄`;
  const characters = Array.from(alphabet);
  const length = randomInt(8, 60);
  return `k${Array.from({ length }, () => characters[randomInt(characters.length)]).join("")}k`;
}

it("a secret inside a longer base64 text is masked at any offset", () => {
  for (const before of ["", "u", "us", "user:"]) {
    const secret = randomBytes(12).toString("hex");
    const basic = Buffer.from(`${before}${secret}:more`).toString("base64");
    expect(maskSecrets(`Basic ${basic} x`, [secret])).toBe("Basic [secret] x");
  }
});

it("a single line of a PEM and a single field of a JSON secret are masked", () => {
  const key = PEM.split("\n")[1] ?? "";
  expect(maskSecrets(`at line ${key}.`, [PEM])).toBe("at line [secret].");
  expect(maskSecrets("key: 12345678901", [JSON.stringify({ a: [{ private_key: "12345678901" }] })])).toBe(
    "key: [secret]",
  );
});

it("a secret in JavaScript's quotes is masked", () => {
  const secret = `a 'single' and a "double" and a \\`;
  expect(maskSecrets(inspect({ secret }), [secret])).toMatch(/^\{ secret: .\[secret\]. \}$/);
});

it("short secrets are masked, and an empty one is ignored", () => {
  expect(maskSecrets("x7 is not 7x", ["x7"])).toBe("[secret] is not 7x");
  expect(maskSecrets("nothing", ["", "absent"])).toBe("nothing");
});

it("overlapping and nested secrets are masked completely", () => {
  expect(maskSecrets("abcd", ["ab", "bcd"])).toBe("[secret]");
  expect(maskSecrets("long-secret-value", ["secret", "long-secret-value"])).toBe("[secret]");
  expect(maskSecrets("secret", ["secret", "s", "]"])).toBe("[secret]");
});
