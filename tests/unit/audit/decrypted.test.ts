import { type AskPassphrase, readDecrypted } from "../../../commands/audit/decrypted";
import { Notes } from "../../../kit/notes";
import { fakeCli } from "../../support/fake-cli";

/** The stacks with their passphrases. */
const STACKS: Readonly<Record<string, string>> = { "acme/shop/eu-prod": "one", staging: "one", test: "two" };

afterEach(() => {
  delete process.env.AUDIT_PASSPHRASE_EU_PROD;
});

async function read(ask: AskPassphrase | undefined, environment?: string) {
  const tries: string[] = [];
  const cli = {
    ...fakeCli("", {}),
    run: (args: readonly string[], _input?: string, env: NodeJS.ProcessEnv = {}) => {
      const stack = args.at(-1)?.replace("--stack=", "") ?? "";
      const given = env.PULUMI_CONFIG_PASSPHRASE ?? environment;
      tries.push(`${stack}: ${given ?? "none"}`);
      return given === STACKS[stack]
        ? Promise.resolve(stack)
        : Promise.reject(new Error(given === undefined ? "passphrase must be set" : "incorrect passphrase"));
    },
  };
  const notes = new Notes();
  const states: string[] = [];
  await readDecrypted(cli, Object.keys(STACKS), notes, ask, (state) => void states.push(state));
  return { tries, states, notes: notes.sentences() };
}

test("the passphrase of the environment is for all stacks, and a stack's own variable comes first", async () => {
  process.env.AUDIT_PASSPHRASE_EU_PROD = "one";
  const { states, notes } = await read(undefined, "two");
  expect(states).toEqual(["acme/shop/eu-prod", "test"]);
  expect(notes).toEqual([expect.stringMatching(/^Values of staging were not compared, .*missing or wrong/)]);
});

test("on a terminal each missing one is asked for, tried on the other stacks, and asked again if it is wrong", async () => {
  const answers = ["wrong", "one", "two"];
  const questions: string[] = [];
  const { tries, states, notes } = await read((question) => {
    questions.push(question);
    return Promise.resolve(answers.shift() ?? "");
  });
  expect(questions).toEqual([
    "Passphrase of stack acme/shop/eu-prod (Enter skips it): ",
    "Incorrect passphrase. Passphrase of stack acme/shop/eu-prod (Enter skips it): ",
    "Passphrase of stack test (Enter skips it): ",
  ]);
  expect([states.length, notes]).toEqual([3, []]);
  expect(tries.slice(3)).toEqual([
    "acme/shop/eu-prod: wrong",
    "acme/shop/eu-prod: one",
    "staging: one",
    "test: one",
    "test: two",
  ]);
});

test("Enter skips a stack, which is named", async () => {
  const { states, notes } = await read((question) => Promise.resolve(question.includes("test") ? "two" : ""));
  expect(states).toEqual(["test"]);
  expect(notes).toEqual([expect.stringMatching(/^Values of acme\/shop\/eu-prod, staging were not compared/)]);
});
