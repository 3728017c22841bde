import { UsageError } from "../../../kit/command/command";
import { repair } from "../../../commands/repair/repair";
import type { Cloudflare } from "../../../kit/live/cloudflare";
import { ACCOUNT_ID, CANARY } from "../../support/mock-stack";
import { fakeCli } from "../../support/fake-cli";
import { versionWith } from "../../support/repair-worker";

const VERSION = "11111111-0000-4000-8000-000000000000";

/** The secrets that are live, by Worker, at a Cloudflare that does what an edit asks. */
type Live = Record<string, string[]>;

function state(scripts: readonly string[]): string {
  const resources = scripts.map((scriptName) => ({
    urn: `urn:pulumi:prod::p::cloudflare:index/workersScript:WorkersScript::${scriptName}-resource`,
    type: "cloudflare:index/workersScript:WorkersScript",
    inputs: {
      ...{ accountId: ACCOUNT_ID, scriptName, keepBindings: [] },
      bindings: [{ name: "KEY", type: "secret_text", text: CANARY }],
    },
  }));
  return JSON.stringify({ deployment: { resources } });
}

interface Given {
  readonly live: Live;
  readonly worker?: string;
  readonly yes?: boolean;
  /** Answers on the terminal. Without it, the command has no terminal. */
  readonly answer?: () => boolean;
  readonly refuses?: boolean;
}

async function repaired({ live, worker, yes = false, answer, refuses = false }: Given) {
  const edits: string[] = [];
  const output: string[] = [];
  const cloudflare = {
    read: ({ script }: { script: string }, path: (script: string) => string) => {
      const bindings = versionWith(
        Object.fromEntries((live[script] ?? []).map((name) => [name, "secret_text"])),
      );
      const isVersion = !path(script).endsWith("/deployments");
      return Promise.resolve(isVersion ? { id: VERSION, created: "", ...bindings } : [VERSION]);
    },
    request: ({ script }: { script: string }, _method: string, _path: unknown, body: unknown) => {
      edits.push(script);
      if (refuses) return Promise.reject(new Error("no answer"));
      for (const [name, value] of Object.entries((body as { secrets: object }).secrets)) {
        const others = (live[script] ?? []).filter((other) => other !== name);
        live[script] = value === null ? others : [...others, name];
      }
      return Promise.resolve();
    },
  } as unknown as Cloudflare;
  const cli = fakeCli("", {
    "stack --show-name": "prod\n",
    "stack export --show-secrets --stack=prod": state(Object.keys(live)),
  });
  const hidden = answer && {
    ask: () => Promise.reject(new Error("There is nothing to ask")),
    confirm: () => Promise.resolve(answer()),
    release: () => undefined,
  };
  const { signal: interrupted } = new AbortController();
  const log = (line: string) => void output.push(line);
  const client = () => cloudflare;
  const isDone = await repair({
    ...{ worker, stack: undefined, yes, cli, hidden, interrupted, cloudflare: client, log },
  });
  expect(output.join("\n")).not.toContain(CANARY);
  return { isDone, edits, output, live };
}

test("all Workers of the selected stack are repaired, and only those that differ are edited", async () => {
  const found = await repaired({ live: { two: ["OLD"], one: ["KEY"] }, yes: true });
  expect(found.output).toEqual([
    "one: as declared",
    "two  KEY  declared, and not live: to be put back",
    "two  OLD  live, and not declared: to be removed",
    "two: as declared",
  ]);
  expect(found).toMatchObject({ isDone: true, edits: ["two"], live: { two: ["KEY"] } });
});

test("with nothing to do, nothing is asked and nothing is sent", async () => {
  const answer = () => {
    throw new Error("It asked");
  };
  expect(await repaired({ live: { one: ["KEY"] }, answer })).toMatchObject({ isDone: true, edits: [] });
  expect((await repaired({ live: {} })).output).toEqual(["Stack prod has deployed no Worker."]);
});

test("without a terminal and without --yes it is a dry run, which names the command for the same Workers", async () => {
  const found = await repaired({ live: { one: [], two: [] }, worker: "two-resource" });
  expect(found).toMatchObject({ isDone: false, edits: [] });
  expect(found.output.at(-1)).toMatch(/^Dry run: .*: npm run repair -- two-resource --stack prod --yes$/);
  expect(found.output[0]).toMatch(/^two /);
});

test("only a yes to what is still so sends anything", async () => {
  const declined = await repaired({ live: { one: [] }, answer: () => false });
  expect(declined).toMatchObject({ isDone: false, edits: [] });
  expect(declined.output.at(-1)).toBe("Nothing was changed.");
  expect(await repaired({ live: { one: [] }, answer: () => true })).toMatchObject({
    isDone: true,
    edits: ["one"],
  });

  const live: Live = { one: [] };
  const meanwhile = () => {
    live["one"] = ["KEY", "OLD"];
    return true;
  };
  const changed = await repaired({ live, answer: meanwhile });
  expect(changed).toMatchObject({ isDone: false, edits: [] });
  expect(changed.output.at(-1)).toMatch(/^Nothing was changed, because .* has changed/);
});

test("what an edit did not change is printed again without a plan, and a note only once", async () => {
  const found = await repaired({ live: { one: [] }, yes: true, refuses: true });
  expect(found.isDone).toBe(false);
  expect(found.output.slice(1)).toEqual([
    "one  KEY  declared, and not live",
    expect.stringMatching(/^- It is not known whether Cloudflare changed the secrets of one/),
  ]);
});

test("a name that no Worker has is a wrong argument, which lists the names and does not repeat it", async () => {
  const wrong = repaired({ live: { two: [], one: [] }, worker: CANARY, yes: true });
  await expect(wrong).rejects.toThrow(UsageError);
  await expect(wrong).rejects.toThrow("No Worker of stack prod has this name. The names are: one, two.");
});
