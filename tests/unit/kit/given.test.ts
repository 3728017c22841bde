import { parseEnv } from "node:util";
import { assign } from "../../../commands/secrets/assign";
import { parseGiven } from "../../../kit/given";
import { parseStackFile } from "../../../commands/secrets/stack-files";
import { MAX_TEXT_BYTES } from "../../../component/contract/limits";
import { listEntries } from "../../../component/contract/secret-list";

const CANARY = "canary-2c71";

test.each([
  "A=1",
  "A=1\nB=2\n",
  "export A=1",
  "  A = 1  ",
  "a-b=1\nvault:key=2",
  "A=",
  'A=""',
  "A= # only a comment",
  "# A=0\n\nA=1 # a comment\n  # another",
  "A=a=b==",
  "A=it's\nB='x'",
  'A="x # y" # z\nB=1',
  'A="one\ntwo"\nB=\'three\nfour\'\nC=`five\n"six"`\nD=7',
  "A=\"one\\ntwo\"\nB='one\\ntwo'",
  "A=x\\ny\\",
  "A=$B ${C}",
  "A=1\r\nB=2\r\n",
  "ÄÖ=ü",
])("a line has the value that npm run dev reads from it in .dev.vars: %j", (text) => {
  const { given, unreadable } = parseGiven(text);
  expect(unreadable).toEqual([]);
  const read = Object.fromEntries(given.map(({ name, value }) => [name, value]));
  expect(read).toEqual(parseEnv(text.replaceAll("\r\n", "\n")));
});

test.each([
  ["a # without a space would be cut off", "A=x#y", [1]],
  ["a # at the start would be cut off", "A=#x", [1]],
  ["a quote in quotes would be cut off", 'A="x\\"y"\nB=1', [1]],
  ["what follows a quoted value would be dropped", 'A="x"y\nB=1', [1]],
  ["a quote without an end", 'A="x\nB=1', [1]],
  ["a value of several lines without quotes", "A=-----BEGIN KEY-----\nabc\n-----END KEY-----\nB=1", [2, 3]],
  ["no name", "A=1\n=x", [2]],
  ["no value", "A\nB=1\n\nC", [1, 4]],
  ["YAML", "A: 1\nB: 2", [1, 2]],
  ["words", "A B=1", [1]],
  ["a tab before a quote", 'A=\t"x"', [1]],
])("%s: the line is named", (_, text, lines) => {
  expect(parseGiven(text).unreadable).toEqual(lines);
});

test("lines are counted over values of several lines and comments", () => {
  expect(parseGiven('\ufeff# x\nA="1\n2"\n\nB=3 # y\nB=4').given).toEqual([
    { name: "A", value: "1\n2", line: 2 },
    { name: "B", value: "3", line: 5 },
    { name: "B", value: "4", line: 6 },
  ]);
});

test("an object in JSON is read as well, and a name that is there twice is kept twice", () => {
  const text =
    ' {\n "A": "x\\n\\u00e9 # \\ud83d\\ude80",\n "B": null,\n "C": {"D": "x"},\n "A": "y", "__proto__": "p" }';
  expect(parseGiven(text).given).toEqual([
    { name: "A", value: "y", line: 2 },
    { name: "B", value: undefined, line: 3 },
    { name: "C", value: undefined, line: 4 },
    { name: "A", value: "y", line: 5 },
    { name: "__proto__", value: "p", line: 5 },
  ]);
  const value = 'tab\t "quoted" \\ / é 🚀 \u2028 \u0000 : # {}';
  expect(parseGiven(JSON.stringify({ A: value })).given[0]?.value).toBe(value);
  expect(() => parseGiven(`{"A": "${CANARY}`)).toThrow(
    /^Standard input begins like JSON, but is not valid JSON\.$/,
  );
});

const ENTRIES = listEntries({
  shop: {
    API_KEY: { from: { config: "shop-key" } },
    ORDER_KEY: { from: { config: "order-key" } },
    SHARED: { from: { config: "vault:shared" } },
    DEBUG_TOKEN: { from: { config: "debug-token" }, stacks: ["dev"] },
    DB_PASSWORD: { from: { aws: "shop/database", key: "password" } },
  },
  warehouse: {
    API_KEY: { from: { config: "warehouse-key" } },
    SHARED: { from: { config: "vault:shared" } },
  },
});

const STRUCTURED = listEntries({
  shop: {
    PASSWORD: { from: { config: "db", path: "password" } },
    TOKEN: { from: { config: "db", path: 'users[0]["to ken"]' } },
    ITEM: { from: { config: "list", path: "[1]" } },
  },
});

function assigned(text: string, file = "", stack = "prod", entries = ENTRIES): Record<string, string> {
  const target = { stack, file: parseStackFile(file, "Pulumi.prod.yaml", "p") };
  const given = assign(parseGiven(text), entries, target);
  return Object.fromEntries([...given].map(([key, { value }]) => [key, value]));
}

/** The lines of the error. */
function problems(text: string, file?: string, entries = ENTRIES): string[] {
  try {
    assigned(text, file, "prod", entries);
  } catch (error) {
    const [heading, ...lines] = (error as Error).message.split("\n");
    expect(heading).toBe("Nothing was set.");
    expect((error as Error).message).not.toContain(CANARY);
    return lines.map((line) => line.replace("  - ", ""));
  }
  return [];
}

test("a name is a binding or a config key, and a key that two Workers share is set once", () => {
  expect(assigned("ORDER_KEY=1\nwarehouse-key=2\nSHARED=3")).toEqual({
    "order-key": "1",
    "warehouse-key": "2",
    "vault:shared": "3",
  });
  expect(assigned("DEBUG_TOKEN=1", "", "dev")).toEqual({ "debug-token": "1" });
});

test("a value that a secrets manager has is set there", () => {
  expect(problems(`DB_PASSWORD=${CANARY}`)).toEqual([
    "DB_PASSWORD (line 1): its value is in aws-secrets-manager:shop/database#password. Change it there.",
  ]);
});

test("everything that is wrong is one error, without a value, and without a name that may be part of one", () => {
  const text = [
    "ORDER_KEY=",
    `order-key=${CANARY}`,
    `API_KEY=${CANARY}`,
    `DEBUG_TOKEN=${CANARY}`,
    `SHARED=${CANARY}${"x".repeat(MAX_TEXT_BYTES)}`,
    `${CANARY}==`,
    `not ${CANARY}`,
    `${CANARY}_TOO=${CANARY}`,
  ].join("\n");
  expect(problems(text)).toEqual([
    "Line 7: expected NAME=value. A value with # or of several lines needs quotes, of a kind that is not in the value.",
    "ORDER_KEY (line 1): the value is empty.",
    "order-key (line 2): the value of order-key is on line 1 already.",
    "API_KEY (line 3): several secrets have this name. Give one of their keys: shop-key, warehouse-key.",
    "DEBUG_TOKEN (line 4): stack prod does not have this secret.",
    `SHARED (line 5): expected at most ${MAX_TEXT_BYTES} bytes, found ${MAX_TEXT_BYTES + CANARY.length}.`,
    "Lines 6, 8: no secret has this name. The names are: API_KEY (shop-key), ORDER_KEY (order-key), SHARED " +
      "(vault:shared), DEBUG_TOKEN (debug-token), API_KEY (warehouse-key), SHARED (vault:shared).",
  ]);
  expect(problems('{"ORDER_KEY": 1, "SHARED": "x", "SHARED": "x"}')).toEqual([
    "ORDER_KEY (line 1): expected a text.",
    "SHARED (line 1): the value of vault:shared is on line 1 already.",
  ]);
  expect(problems("# nothing\n")).toEqual(["Standard input has no value."]);
  expect(problems("{}")).toEqual(["Standard input has no value."]);
});

test("what would be lost in the stack's file is not overwritten", () => {
  const file = `config:
  p:shop-key: { secure: v1:a }
  order-key: [1]
  p:warehouse-key: { secure: v1:a }
  p:config:warehouse-key-previous: { secure: v1:b }
`;
  expect(problems("shop-key=1\norder-key=1\nwarehouse-key=1", file)).toEqual([
    "order-key (line 2): order-key is an object or a list in the stack's config, which would be lost.",
    "warehouse-key (line 3): a rotation of warehouse-key is under way. Finish it first: npm run rotate -- warehouse-key --finish",
  ]);
});

test("a value at a path goes into the object, by the binding's name or the path", () => {
  expect(
    assigned("PASSWORD=1\nTOKEN=2\nITEM=3", "config: { db: { user: bob } }", "prod", STRUCTURED),
  ).toEqual({
    "db.password": "1",
    'db.users[0]["to ken"]': "2",
    "list[1]": "3",
  });
  expect(assigned("db.password=1", "", "prod", STRUCTURED)).toEqual({ "db.password": "1" });
});

test("what would be lost of an object is not overwritten", () => {
  const text = "PASSWORD=1\nTOKEN=2";
  const inText = (name: string) =>
    `${name} is in one text of the stack's config, not in an object, and all of the text would be lost.`;
  for (const whole of ["{ secure: v1:a }", "'{}'"]) {
    expect(problems(text, `config: { db: ${whole} }`, STRUCTURED)).toEqual([
      `PASSWORD (line 1): ${inText("db.password")}`,
      `TOKEN (line 2): ${inText('db.users[0]["to ken"]')}`,
    ]);
  }
  const file = "config: { db: { password: {}, users: [{ to ken: a, to ken-previous: b }] } }";
  expect(problems(text, file, STRUCTURED)).toEqual([
    "PASSWORD (line 1): db.password is an object or a list in the stack's config, which would be lost.",
    'TOKEN (line 2): a rotation of db.users[0]["to ken"] is under way. Finish it first: npm run rotate -- ' +
      `'db.users[0]["to ken"]' --finish`,
  ]);
});
