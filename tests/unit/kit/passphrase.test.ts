import { unlocked } from "../../../kit/passphrase";
import { CANARY } from "../../support/mock-stack";

const MISSING =
  "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables";
const { signal } = new AbortController();
const { PULUMI_CONFIG_PASSPHRASE: before } = process.env;

beforeEach(() => {
  delete process.env.PULUMI_CONFIG_PASSPHRASE;
});
afterAll(() => {
  if (before === undefined) delete process.env.PULUMI_CONFIG_PASSPHRASE;
  else process.env.PULUMI_CONFIG_PASSPHRASE = before;
});

/** A call of Pulumi that needs the passphrase. */
function call(): Promise<string> {
  const given = process.env.PULUMI_CONFIG_PASSPHRASE;
  if (given === CANARY) return Promise.resolve("done");
  return Promise.reject(new Error(given === undefined ? MISSING : "incorrect passphrase"));
}

/** A terminal on which these answers are typed. */
function terminal(...answers: string[]) {
  const questions: string[] = [];
  const ask = (question: string) => {
    questions.push(question);
    return Promise.resolve(answers.shift() ?? "");
  };
  return { questions, hidden: { ask, confirm: () => Promise.resolve(false), release: () => undefined } };
}

test("it is asked for until it is right, and stays in the environment for what follows", async () => {
  const { questions, hidden } = terminal("wrong", "", CANARY);
  expect(await unlocked("prod", hidden, signal, call)).toBe("done");
  const question = "Enter your passphrase to unlock config/secrets for stack prod: ";
  expect(questions).toEqual([
    question,
    `Incorrect passphrase. ${question}`,
    `Incorrect passphrase. ${question}`,
  ]);
  expect(await call()).toBe("done");
});

test("one in the environment is not asked for, and is an error if it is wrong", async () => {
  const { questions, hidden } = terminal(CANARY);
  process.env.PULUMI_CONFIG_PASSPHRASE = "wrong";
  await expect(unlocked("prod", hidden, signal, call)).rejects.toThrow(/^incorrect passphrase$/);
  expect(questions).toEqual([]);
});

test("without a terminal, one sentence names the variables", async () => {
  await expect(unlocked("prod", undefined, signal, call)).rejects.toThrow(
    /^The passphrase of stack prod is missing: set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE /,
  );
});
