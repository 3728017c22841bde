import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { page } from "../../../commands/audit/page";
import type { AuditedSecret, Report } from "../../../commands/audit/report";
import { ACCOUNT_ID } from "../../support/mock-stack";

function secret(differing: Partial<AuditedSecret> = {}): AuditedSecret {
  const day = "2026-02-09T10:11:12.000Z";
  return {
    environment: "prod",
    accountId: ACCOUNT_ID,
    worker: "shop-prod",
    binding: "API_KEY",
    source: "config:api-key",
    state: "live",
    changed: { earliest: day, latest: day, by: "Ada Lovelace", recordedIn: "git" },
    maxAge: 90,
    age: 20,
    overdue: false,
    sharedWith: [],
    ...differing,
  };
}

function show(secrets: AuditedSecret[], more: Partial<Report> = {}): string {
  const environments = [...new Set(secrets.map(({ environment }) => environment))];
  return page({ project: "shop", at: "2026-03-01T04:05:06.789Z", environments, secrets, notes: [], ...more });
}

/** The visible text of some HTML. */
function text(html: string): string {
  return html
    .replace(/<br>/g, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&(\w+|#39);/g, (entity, name: string) => ENTITIES.get(name) ?? entity);
}

const ENTITIES = new Map(Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" }));

function all(html: string, pattern: RegExp): string[] {
  return [...html.matchAll(pattern)].map(([whole, part]) => part ?? whole);
}

/** Each table as rows of cells, including heads. */
function tables(html: string): string[][][] {
  return all(html, /<table>([^]*?)<\/table>/g).map((table) =>
    all(table, /<tr>(.*?)<\/tr>/g).map((row) => all(row, /<t[hd][^>]*>(.*?)<\/t[hd]>/g).map(text)),
  );
}

/** The text between two headings. */
function chapter(html: string, heading: string): string {
  return text(
    html
      .split("<h2")
      .slice(1)
      .find((part) => part.split("</h2>")[0]?.includes(`>${heading}`)) ?? "",
  );
}

describe("a cell shows", () => {
  const cell = (differing: Partial<AuditedSecret>) => tables(show([secret(differing)]))[0]?.[1]?.[1];

  test("state, age against maxAge, last change and source", () => {
    expect(cell({})).toBe(
      "✓ live\n20 of 90 days\nchanged 2026-02-09 by Ada Lovelace (git)\nfrom config:api-key",
    );
    expect(cell({ source: "vault:kv/shop#key", version: "7" })).toMatch(
      /\nfrom vault:kv\/shop#key\nversion 7$/,
    );
    expect(cell({ overdue: true, age: 120 })).toMatch(/^! overdue ✓ live\n120 of 90 days\n/);
    expect(cell({ state: "missing", overdue: true })).toMatch(/^✗ missing ! overdue\n/);
    expect(cell({ state: "undeclared", source: "unknown" })).toMatch(/^\+ undeclared\n[^]*\nsource unknown$/);
    expect(cell({ state: "unknown", overdue: "unknown" })).toMatch(/^\? unknown ~ perhaps overdue\n/);
  });

  test.each<[AuditedSecret["changed"], string]>([
    [{ recordedIn: "unknown" }, "last change unknown"],
    [{ latest: "2026-02-02T00:00:00Z", recordedIn: "cloudflare" }, "on or before 2026-02-02 by unknown (cl"],
    [
      { earliest: "2026-02-02T00:00:00Z", recordedIn: "pulumi" },
      "on or after 2026-02-02 by unknown (pulumi)",
    ],
    [
      { earliest: "2026-01-01T00:00:00Z", latest: "2026-02-02T00:00:00Z", by: "ci", recordedIn: "pulumi" },
      "changed between 2026-01-01 and 2026-02-02 by ci (pulumi)",
    ],
    [{ by: "ci", recordedIn: "cloudflare" }, "changed at an unknown time by ci (cloudflare)"],
  ])("no more about the last change than is recorded: %j", (changed, words) => {
    expect(cell({ changed })).toContain(words);
  });

  test("an age as exactly as known, with and without a maxAge", () => {
    // The type has no undefined: an unknown value is left out.
    const { age, maxAge, ...rest } = secret({ age: 1, maxAge: 1 });
    const ages = [rest, { ...rest, maxAge }, { ...rest, age }, { ...rest, age, maxAge }] as AuditedSecret[];
    expect(ages.map((one) => tables(show([one]))[0]?.[1]?.[1]?.split("\n")[1])).toEqual([
      "age unknown, no maxAge",
      "age unknown, maxAge 1 day",
      "1 day, no maxAge",
      "1 of 1 day",
    ]);
    expect(cell({ changed: { latest: "2026-02-02T00:00:00Z", by: "ci", recordedIn: "git" } })).toContain(
      "\nat least 20 of 90 days\n",
    );
  });

  test("other secrets with the same value, and a link to a list if there are many", () => {
    const names = ["a/shop-a/API_KEY", "b/shop-b/API_KEY", "prod/shop-prod/API_KEY"];
    const secrets = ["a", "b", "prod"].map((environment, index) => {
      const sharedWith = names.filter((_, other) => other !== index);
      return secret({ environment, worker: `shop-${environment}`, sharedWith });
    });
    const html = show(secrets);
    expect(tables(html)[0]?.[1]?.[3]).toContain("\nsame value as a/shop-a/API_KEY and 1 more");
    expect(chapter(html, "The same value")).toContain(`1 value of 3 secrets\n\n${names.join(", ")}\n`);
    expect(all(html, /href="#(value-\d+)"/g).every((id) => html.includes(`<li id="${id}">`))).toBe(true);
    expect(cell({ sharedWith: ["a/shop-a/KEY"] })).toMatch(/\nsame value as a\/shop-a\/KEY$/);
  });
});

describe("the tables have environments across and secrets down", () => {
  test("Workers that differ only in the name of their environment share a row", () => {
    const workers = ["shop", "reports"].flatMap((role) =>
      ["staging", "org/project/prod"].map((environment) => {
        const stack = environment.split("/").at(-1) ?? "";
        return secret({ environment, worker: role === "shop" ? `shop-${stack}` : `${stack}_reports` });
      }),
    );
    expect(tables(show(workers)).map(([head]) => head)).toEqual([
      ["Secret", "staging\nstaging_reports", "org/project/prod\nprod_reports"],
      ["Secret", "staging\nshop-staging", "org/project/prod\nshop-prod"],
    ]);
  });

  test("one Worker per environment is one table with any names, and environments keep their order", () => {
    const html = show([secret(), secret({ environment: "dev", worker: "script_1", binding: "OTHER" })], {
      environments: ["dev", "prod", "trial"],
    });
    const [live] =
      tables(show([secret()]))[0]
        ?.slice(1)
        .map((row) => row[1]) ?? [];
    expect(tables(html)).toEqual([
      [
        ["Secret", "dev\nscript_1", "prod\nshop-prod"],
        ["API_KEY", "– not there", live],
        ["OTHER", live, "– not there"],
      ],
    ]);
    expect(chapter(html, "All secrets")).toContain("No secrets in trial.");
  });

  test("several Workers of a role in an environment are all shown, even two of the same name in two accounts", () => {
    const other = "f".repeat(32);
    const html = show([
      secret(),
      secret({ worker: "prod-shop" }),
      secret({ accountId: other, state: "missing" }),
    ]);
    expect(tables(html)[0]?.[0]).toEqual([
      "Secret",
      `prod\nshop-prod\naccount ${ACCOUNT_ID}`,
      `prod\nprod-shop\naccount ${ACCOUNT_ID}`,
      `prod\nshop-prod\naccount ${other}`,
    ]);
    expect(tables(html)[0]?.[1]?.map((words) => words.split("\n")[0])).toEqual([
      "API_KEY",
      "✓ live",
      "✓ live",
      "✗ missing",
    ]);
  });

  test("with the markup that keyboards and screen readers need", () => {
    const html = show([secret(), secret({ environment: "staging", worker: "shop-staging" })]);
    expect(html).toContain(
      '<div class="scroll" role="region" tabindex="0" aria-label="Secrets of shop"><table>',
    );
    expect(html).toContain("<caption>shop: 1 secret in 2 Workers</caption>");
    expect(all(html, /<th(?!e)[^>]*>/g)).toEqual([
      ...Array<string>(3).fill('<th scope="col">'),
      '<th scope="row">',
    ]);
    expect(html).toContain('<b class="live"><span aria-hidden="true">✓</span> live</b>');
    expect(html).not.toMatch(/ title="|:hover|transition|animation|scroll-behavior|outline: ?(0|none)/);
  });
});

describe("what needs doing comes first", () => {
  const found = [
    secret({ environment: "a", state: "missing" }),
    secret({ environment: "b", overdue: true, age: 120 }),
    secret({ environment: "c", state: "undeclared" }),
    secret({ environment: "d", state: "unknown" }),
    secret({ environment: "e", overdue: "unknown" }),
    secret({ environment: "f" }),
  ];
  const html = show(found, { notes: ["One note.", "Another."] });

  test("each finding with its facts, its meaning and a link to its cell", () => {
    const words = chapter(html, "What needs doing");
    expect(words).toMatch(/missing 1 secret\s+Declared, and not on the Worker\./);
    expect(words).toContain(
      "API_KEY of shop-prod in b: 120 of 90 days, changed 2026-02-09 by Ada Lovelace (git)",
    );
    const links = all(html.split('id="all"')[0] ?? "", /<li><a href="#(secret-\d+)"/g);
    expect(links).toHaveLength(5);
    const states = links.map((id) => new RegExp(`<td id="${id}" class="(\\w+)"`).exec(html)?.[1]);
    expect(states).toEqual(["missing", "overdue", "undeclared", "unknown", "perhaps"]);
  });

  test("with commands that a shell takes as they are", () => {
    const odd = { environment: "org/it's $HOME", worker: "w", source: "config:a key" };
    const commands = all(
      show([
        secret({ ...odd, state: "missing", overdue: true, age: 99 }),
        secret({ ...odd, binding: "SAME_COMMANDS", state: "missing", overdue: true, age: 99 }),
        secret({ environment: "prod", overdue: true, age: 99, source: "op://vault/item" }),
      ]),
      /<pre>([^]*?)<\/pre>/g,
    ).map(text);
    const words = commands.map((command) =>
      execFileSync("sh", ["-c", `set -- ${command}; printf '%s|' "$@"`], { encoding: "utf8" }),
    );
    expect(words).toEqual([
      "pulumi|up|--refresh|--stack|org/it's $HOME|",
      "npm|run|rotate|--|a key|--stack|org/it's $HOME|",
    ]);
    expect(commands.join("")).not.toMatch(/\u00a0|<|^[$>] /m);
  });

  test("with the command that drops an overdue previous value, of a path too", () => {
    const source = 'config:db["a b-previous"]';
    const html = show([secret({ environment: "prod", overdue: true, age: 99, source })]);
    expect(all(html, /<pre>([^]*?)<\/pre>/g).map(text)).toEqual([
      `npm run rotate -- 'db["a b"]' --finish --stack prod`,
    ]);
  });

  test("at the top are the counts with links, and the time of the report", () => {
    expect(text(html)).toContain("6 secrets of 1 Worker in 6 environments, as of 2026-03-01 04:05 UTC.");
    const items = all(/<nav[^]*<\/nav>/.exec(html)?.[0] ?? "", /<li>(.*)<\/li>/g);
    expect(items.map((item) => `${/#\w+/.exec(item)?.[0] ?? ""} ${text(item)}`)).toEqual([
      "#missing ✗ 1 missing",
      "#overdue ! 1 overdue",
      "#undeclared + 1 undeclared",
      "#unknown ? 1 unknown",
      "#perhaps ~ 1 perhaps overdue",
      "#all ✓ 3 live",
      "#all All secrets",
      "#notes 2 notes",
    ]);
  });

  test("every link has exactly one target on the page", () => {
    for (const id of all(html, /href="#([^"]*)"/g)) {
      expect(html.split(` id="${id}"`)).toHaveLength(2);
    }
    expect(all(html, /href="(?!#)/g)).toEqual([]);
  });

  test("what could not be determined is in the notes", () => {
    expect(chapter(html, "Notes")).toMatch(/One note\.\s+Another\./);
    expect(show([secret()], { notes: ["x"] })).toContain(
      "undeclared, as far as could be seen: see the notes.",
    );
  });

  test("without findings it says so", () => {
    const clean = show([secret()]);
    expect(chapter(clean, "What needs doing")).toContain("no secret is missing, overdue or undeclared.");
    expect(all(clean, /<h2[^>]*>(.*)<\/h2>/g)).toEqual(["What needs doing", "All secrets"]);
    expect(text(clean)).toContain("\n0 missing\n");
    expect(text(show([], { environments: ["dev"] }))).toContain("No secrets in dev.");
  });

  test("the page for one name says that it shows only that name", () => {
    const at = "2026-03-01T04:05:06.789Z";
    const uses = page({ project: "shop", at, environments: [], secrets: [secret()], notes: [] }, "<KEY>");
    expect(uses).toContain("<title>Secrets of shop: &lt;KEY&gt;</title>");
    expect(chapter(uses, "What needs doing")).toContain("none of these secrets is missing, overdue");
    expect(all(uses, /<h2[^>]*>(.*)<\/h2>/g)).toEqual(["What needs doing", "All uses"]);
  });
});

describe("the page is safe to open", () => {
  const hostile = `</code></td><script>alert(1)</script><img src=x onerror=alert(1)> " onclick="x" '&amp;\u202e\u200b\ud800\0`;

  test("hostile names are plain text, and invisible characters are shown as code points", () => {
    const fields = {
      environment: hostile,
      accountId: hostile,
      worker: hostile,
      binding: hostile,
      source: hostile,
    };
    const changed = { earliest: hostile, latest: "<b", by: hostile, recordedIn: "git" } as const;
    const plain = {
      environment: "x",
      worker: "x",
      binding: "x",
      state: "missing",
      sharedWith: ["x"],
    } as const;
    const options = (project: string) => ({
      project,
      notes: [project],
      environments: [project, `${project}2`],
    });
    const html = show([secret({ ...plain, ...fields, changed, sharedWith: [hostile] })], {
      ...options(hostile),
      at: hostile,
    });
    const harmless = { earliest: "x", latest: "y", by: "x", recordedIn: "git" } as const;
    const expected = show([secret({ ...plain, changed: harmless })], options("x"));
    expect(all(html, /<[/!\w][\w]*|[\w-]+(?==")/g)).toEqual(all(expected, /<[/!\w][\w]*|[\w-]+(?==")/g));
    expect(text(html)).toContain(String.raw` " onclick="x" '&amp;\u{202e}\u{200b}\u{d800}\u{0}`);
    expect(html).not.toMatch(/[\u202e\u200b\ud800\0]/);
  });

  test("it loads nothing, and its policy allows only its own style", () => {
    const html = show([secret()]);
    const style = /<style>([^]*)<\/style>/.exec(html)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(html).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(html).not.toMatch(/https?:|<script|<link|<img| style=| on\w+=|@import|url\(/);
  });
});

describe("the page's colours", () => {
  const style = /<style>([^]*)<\/style>/.exec(show([]))?.[1] ?? "";
  const [light, dark] = [
    /:root \{ color-scheme: light dark;([^}]*)/,
    /scheme: dark\) \{ :root \{([^}]*)/,
  ].map((where) => {
    const found = (where.exec(style)?.[1] ?? "").matchAll(/--([\w-]+): (#\w{6})/g);
    return new Map([...found].map(([, name = "", colour = ""]) => [name, colour]));
  });
  const states = ["live", "missing", "overdue", "undeclared", "unknown"];
  const grounds = ["ground", "head", ...states.map((state) => `${state}-ground`)];
  const pairs = [
    ...grounds.flatMap((ground) => [
      ["text", ground],
      ["link", ground],
    ]),
    ...states.map((state) => [state, `${state}-ground`]),
    ["quiet", "ground"],
  ];

  test.each([
    ["light", light],
    ["dark", dark],
  ])("have enough contrast in the %s scheme", (_, colours) => {
    const low = pairs.filter(([text = "", ground = ""]) => {
      return !(contrast(colours?.get(text) ?? "", colours?.get(ground) ?? "") >= 4.5);
    });
    expect(low).toEqual([]);
  });
});

/** The WCAG 2 contrast of two colours such as `#0a1b2c`. */
function contrast(one: string, other: string): number {
  const [dark = NaN, light = NaN] = [one, other].map(luminance).sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = NaN, green = NaN, blue = NaN] = all(colour, /\w\w/g).map((hex) => {
    const part = parseInt(hex, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

test("1,000 Workers in 50 environments give a folded overview and a page of a few megabytes", () => {
  const environments = Array.from({ length: 50 }, (_, number) => `tenant-${number}`);
  const secrets = environments.flatMap((environment) =>
    Array.from({ length: 100 }, (_, number) => {
      const worker = `role-${number % 20}-${environment}`;
      const binding = `KEY_${Math.floor(number / 20)}`;
      const sharedWith = environments
        .filter((other) => other !== environment)
        .map((other) => `${other}/x/KEY`);
      return secret({ environment, worker, binding, overdue: number === 0, sharedWith });
    }),
  );
  const html = show(secrets);
  expect(html).not.toContain("<details open");
  expect(all(html, /<summary>/g)).toHaveLength(1 + 20 + 1);
  expect(tables(html)[0]).toHaveLength(1 + 5);
  expect(tables(html)[0]?.[0]).toHaveLength(1 + 50);
  expect(Buffer.byteLength(html)).toBeLessThan(5_000_000);
});
