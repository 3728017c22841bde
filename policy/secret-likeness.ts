import { tokenFormat } from "./token-formats";

/** The ends of names that are given to secrets. A number or an environment may follow. */
const SECRET_NAME = new RegExp(
  `(?:^|_)(?:${[
    "SECRETS?",
    "TOKENS?",
    "PASS(?:WORD|WD|PHRASE|CODE)?",
    "PW|PWD|PAT",
    "CREDENTIALS?",
    "(?:API|AUTH|ACCESS|ADMIN|PRIVATE|SECRET|SIGNING|ENCRYPTION|MASTER|SERVICE|DEPLOY|LICENSE|HMAC|JWT|AES|SESSION|COOKIE|ROOT|WEBHOOK)_?KEYS?",
    "(?:SERVICE_ROLE|SHARED_ACCESS|ACCOUNT)_KEY",
    "APIKEY|SALT|PEPPER|PRIVATE_PEM",
  ].join("|")})(?:_(?:\\d+|V\\d+|OLD|NEW|PREVIOUS|NEXT|CURRENT|DEV|TEST|STAGING|PROD|PRODUCTION))?$`,
);
/** The words that say that a value may be seen. */
const PUBLIC_NAME =
  /(?:^|_)(?:PUBLIC|PUBLISHABLE|ANON|SITE|CLIENT_ID|ID|IDS|UUID|SHA\d*|HASH|DIGEST|CHECKSUM|ETAG|INTEGRITY|FINGERPRINT|COMMIT|REVISION|BUILD|VERSION|PUBKEY|CERT|CERTIFICATE|JWKS?|DSN|CURSOR|SEED)(?:_|$)/;
/** Those of them that only a person chooses a value for, so that a value of words is no setting. */
const PASSWORD_NAME = /(?:^|_)(?:PASS(?:WORD|WD|PHRASE|CODE)?|PW|PWD)(?:_|$)/;
/** A name that counts something. */
const COUNT_NAME = /(?:^|_)(?:MAX|MIN|NUM|NUMBER|COUNT|LIMIT|TOTAL|LENGTH|SIZE)(?:_|$)|TOKENS$/;
/** Values that a variable with such a name has if it is a setting, or names where the secret is. */
const SETTING =
  /^(?:|true|false|yes|no|on|off|none|null|undefined|required|optional|enabled|disabled|auto|default|never|always|prompt|bearer|basic|cookie|header|query|jwt|opaque|random|todo|changeme|example|x+|\*+|\.+|-?\d{1,3}|[a-z][a-z0-9+.-]*:\/\/\S*|\/[\w./-]*|arn:\S+|projects\/\S+|env\.\S+|\$\{[\w.:-]+\}|\{\{[\s\w.:-]+\}\}|<[a-z]+(?:[\s_-][a-z]+)*>|[a-z]+(?:\/[a-z]+){1,2})$/i;
/** Words that name where the secret is, or how it is sent. */
const WORDS = /^[a-z]+(?:[-.][a-z]+){1,2}$/i;

/** The name of another variable, also as a template. */
const CONSTANT = /^(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|%[A-Z][A-Z0-9_]*%)$/;

/**
 * Says why a variable looks like a secret.
 *
 * @param name the variable's name, or the key in its JSON
 * @returns the reason, without the value; undefined if it does not look like one
 */
export function secretLikeness(name: string, value: string): string | undefined {
  const format = tokenFormat(value);
  if (format !== undefined) {
    return format.startsWith("a")
      ? `the value is ${format}`
      : `the value has the form of a secret of ${format}`;
  }
  const words = inWords(name);
  if (PUBLIC_NAME.test(words)) return undefined;
  if (SECRET_NAME.test(words) && !isSetting(words, value)) return "the name says so";
  return isRandom(value) ? "the value is random" : undefined;
}

function isSetting(words: string, value: string): boolean {
  if (SETTING.test(value) || CONSTANT.test(value)) return true;
  return (
    (WORDS.test(value) && !PASSWORD_NAME.test(words)) || (COUNT_NAME.test(words) && /^-?\d+$/.test(value))
  );
}

/** `apiKey` and `api-key` as `API_KEY`. */
function inWords(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}

/**
 * Whether a value is one of a generator: base64 or alphanumeric, without words in it. Hexadecimal digits are not counted,
 * because ids and digests are written so.
 */
function isRandom(value: string): boolean {
  if (!/^[\w+/=-]{24,}$/.test(value) || /^[0-9a-fA-F-]+$/.test(value)) return false;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(value)).length;
  const changes = [...value.matchAll(/[a-z](?=[A-Z\d])|[A-Z](?=[a-z\d])|\d(?=[A-Za-z])/g)].length;
  return kinds === 3 && changes / value.length > 0.3 && entropy(value) > 3.8;
}

/** Shannon's entropy, in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / text.length;
    return sum - share * Math.log2(share);
  }, 0);
}
