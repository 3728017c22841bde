import { createHash } from "node:crypto";
import type { Variable } from "./variable";

const HEX = "0123456789abcdef";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const URL64 = `${ALNUM}-_`;
const BASE64 = `${ALNUM}+/`;

/** Names that say nothing, so that only the value can tell. */
const NEUTRAL = ["VALUE", "UPSTREAM", "INTEGRATION", "CONFIG_A", "THIRD_PARTY"];

type Part = string | readonly [alphabet: string, length: number];

/** The form of each product's secrets, in parts, so that no scanner takes this file for a leak. */
const FORMS: readonly (readonly Part[])[] = [
  ["cf", "ut_", [ALNUM, 40]],
  ["v1", ".0-", [HEX, 24], "-", [HEX, 146]],
  ["AK", "IA", [UPPER, 16]],
  ["AI", "za", [URL64, 35]],
  ["GOC", "SPX-", [URL64, 28]],
  ["gh", "p_", [ALNUM, 36]],
  ["github", "_pat_", [ALNUM, 22], "_", [ALNUM, 59]],
  ["gl", "pat-", [URL64, 20]],
  ["xo", "xb-", ["0123456789", 12], "-", ["0123456789", 12], "-", [ALNUM, 24]],
  ["https://hooks.", "slack.com/services/T", [UPPER, 8], "/B", [UPPER, 8], "/", [ALNUM, 24]],
  ["sk", "_live_", [ALNUM, 32]],
  ["rk", "_test_", [ALNUM, 24]],
  ["wh", "sec_", [BASE64, 32]],
  ["sk", "-proj-", [URL64, 48]],
  ["sk", "-ant-api03-", [URL64, 93]],
  ["h", "f_", [ALNUM, 34]],
  ["S", "G.", [URL64, 22], ".", [URL64, 43]],
  ["S", "K", [HEX, 32]],
  ["np", "m_", [ALNUM, 36]],
  ["pu", "l-", [HEX, 40]],
  ["hv", "s.", [URL64, 90]],
  ["dp", ".st.", "prd.", [ALNUM, 43]],
  ["dop", "_v1_", [HEX, 64]],
  ["shp", "at_", [HEX, 32]],
  ["da", "pi", [HEX, 32]],
  ["gl", "sa_", [ALNUM, 32], "_", [HEX, 8]],
  ["lin", "_api_", [ALNUM, 40]],
  ["re", "_", [ALNUM, 8], "_", [ALNUM, 24]],
  ["ey", "J", [URL64, 34], ".ey", "J", [URL64, 120], ".", [URL64, 43]],
  ["-----BEGIN ", "PRIVATE KEY-----\n", [BASE64, 64], "\n-----END ", "PRIVATE KEY-----"],
  ["postgres://shop:", [ALNUM, 16], "@db.example.com:5432/shop"],
  ["AccountName=shop;", "AccountKey=", [BASE64, 86], "=="],
  // Without a form of their own.
  [[ALNUM, 40]],
  [[URL64, 43]],
  [[BASE64, 43], "="],
  [[ALNUM, 32]],
  [[HEX, 64]],
];

/** Names of secrets, with values that have no form. */
const NAMED = `
DB_PASSWORD SMTP_PASSWORD ADMIN_PASS REDIS_PW USER_PASSWD VAULT_PASSPHRASE API_KEY STRIPE_API_KEY apiKey mailApiKey
AUTH_TOKEN BOT_TOKEN REFRESH_TOKEN ACCESS_TOKEN_PROD CSRF_SECRET SESSION_SECRET CLIENT_SECRET JWT_SECRET_OLD WEBHOOK_SECRET
SIGNING_KEY ENCRYPTION_KEY PRIVATE_KEY SERVICE_KEY MASTER_KEY_V2 HMAC_KEY COOKIE_SALT PASSWORD_PEPPER DEPLOY_KEY api-token
ADMIN_CREDENTIALS LICENSE_KEY SECRET secret_key_2 GITHUB_PAT LOGIN DATABASE_AUTH
`
  .trim()
  .split(/\s+/);
const CHOSEN = [
  "Tr0ub4dor&3",
  "correct horse battery staple",
  "hunter2hunter2",
  "Winter2026!",
  "s3cr3t-w0rds",
  "table-river-copper-lantern",
];

/** Values that people choose and that look like settings: words, digits, and texts between signs. */
const PLAIN = `
DB_PASSWORD=summer-holiday SMTP_PASS=blue.river.stone ADMIN_PW=red-green-blue BACKUP_PASSPHRASE=old-harbour
ROOT_PASSWORD=spring.garden DB_PASSWORD_OLD=winter-holiday WIFI_PASSWORD=SunnyBeach KEYSTORE_PWD=snow-white
REDIS_PASSWORD=12345678 DOOR_PASSCODE=4821 SMS_TOKEN=90210443 API_SECRET=482913 API_KEY=1234567890 SALT=77120466
FTP_PASSWORD=%hunter2% API_KEY=%x% AUTH_TOKEN=%rosebud% MAIL_PASSWORD=%Winter2026%
LDAP_PASSWORD=\${hunter2 SESSION_SECRET={{rosebud CLIENT_SECRET=<hunter2> USER_PASSWORD=\${a}b
`
  .trim()
  .split(/\s+/)
  .map((line) => ({ name: line.slice(0, line.indexOf("=")), value: line.slice(line.indexOf("=") + 1) }));

/** 314 of them, the same in every run: from products' forms and generators, chosen by people, and in hexadecimal digits. */
export function secretValues(): Variable[] {
  const formed = FORMS.flatMap((parts, form) =>
    Array.from({ length: 4 }, (_, copy) => ({
      name: NEUTRAL[(form + copy) % NEUTRAL.length] ?? "",
      value: parts.map((part, place) => fill(part, `${form} ${copy} ${place}`)).join(""),
    })),
  );
  const named = NAMED.flatMap((name, index) => [
    { name, value: CHOSEN[index % CHOSEN.length] ?? "" },
    { name, value: fill([HEX, 32], `hex ${index}`) },
    { name, value: fill([ALNUM, 20], `alnum ${index}`) },
    { name, value: fill([BASE64, 44], `base64 ${index}`) },
  ]);
  return [...formed, ...named, ...PLAIN];
}

function fill(part: Part, seed: string): string {
  if (typeof part === "string") return part;
  const [alphabet, length] = part;
  let text = "";
  for (let block = 0; text.length < length; block++) {
    const bytes = createHash("sha256").update(`${seed} ${block}`).digest();
    text += [...bytes].map((byte) => alphabet[byte % alphabet.length]).join("");
  }
  return text.slice(0, length);
}
