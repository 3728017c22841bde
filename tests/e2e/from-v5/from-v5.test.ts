import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import { test } from "node:test";
import { isSameState, parseFullState } from "../../../commands/from-v5/state";
import { findTools } from "../../../harness/tools";
import { briefStack } from "../../support/brief-stack";
import { TEST } from "../../support/command";
import { filesUnder } from "../../support/rotation";
import { BACKUP, startV5, type V5Project, VALUES } from "../../support/v5";
import { ECHO } from "../../support/world";

/** What the program passes as in v5: the command does not print it. */
const AS_IN_V5 = `const content = ${JSON.stringify(ECHO)};
const plainTextBindings = [{ name: "STAGE", text: "dev" }];
`;
const BY_HAND = { BY_HAND: "by hand" };
const LIVE = { MY_SECRET_NAME_KEY: VALUES[0], API_KEY: VALUES[1], STAGE: "dev", ...BY_HAND };

/** The `new WorkerScript(...)` that the command has printed. */
function printed(output: string): string {
  return /^ {2}new WorkerScript\([^]*?^ {2}\}\);$/m.exec(output)?.[0] ?? assert.fail(output);
}

/** Previews or deploys, and asks the Worker all the time. Fails if it does not answer once. */
async function watching(v5: V5Project, program: string, operation: "preview" | "up"): Promise<string> {
  const stack = await v5.withProgram(program);
  let output = "";
  const over = new AbortController();
  const keep = (text: string) => (output += text);
  const deploy = briefStack(stack, keep)
    [operation]()
    .finally(() => {
      over.abort();
    });
  let answers = 0;
  while (!over.signal.aborted) {
    assert.equal((await v5.ask())["API_KEY"], VALUES[1]);
    answers++;
  }
  await deploy.catch((error: unknown) => assert.fail(`${String(error)}\n${output}`));
  assert.ok(answers > 0);
  for (const value of VALUES) assert.ok(!output.includes(value));
  return output;
}

test(
  "a Worker of v5 is taken over by v6 with its secrets, is never deleted, and the move can be undone until then",
  TEST,
  async (t) => {
    const v5 = await startV5(t);
    await v5.putByHand("BY_HAND", BY_HAND.BY_HAND);
    const before = await v5.exported();

    const shown = await v5.fromV5([], { code: 1 });
    const program = `${AS_IN_V5}${printed(shown)}`;
    assert.match(shown, /Live, and not of v5: BY_HAND \(secret_text\)/);
    assert.match(shown, /Dry run: nothing was changed.*: npm run from-v5 -- --stack dev --yes\n$/);
    assert.equal(await v5.exported(), before);
    // The stand-in plays v5's plugin too. The official provider is v6's only.
    if ((await findTools()).provider.kind === "local") {
      const planned = await watching(v5, program, "preview");
      assert.match(planned, /- +cloudflare:index:WorkerScript myScript delete/);
    }

    assert.match(await v5.fromV5(["--yes"], { code: 0 }), /has no Worker of v5 any more/);
    assert.doesNotMatch(await v5.exported(), /cloudflare/);
    const backup = v5.checkout.file(BACKUP);
    assert.equal(await fs.readFile(backup, "utf8"), before);
    assert.equal((await fs.stat(backup)).mode & 0o777, 0o600);

    await v5.fromV5(["--undo", BACKUP, "--yes"], { code: 0 });
    const [was, is] = [before, await v5.exported()].map(parseFullState);
    assert.ok(was && is && isSameState(was, is), "the state is not as before");

    await v5.fromV5(["--yes"], { code: 0 });
    assert.deepEqual(v5.takeChanges(), [], "the command changed something on Cloudflare");
    assert.doesNotMatch(await watching(v5, program, "up"), /^ *- /m);
    assert.deepEqual(v5.takeChanges(), ["PUT /workers/scripts/script_1"]);
    assert.deepEqual(await v5.ask(), LIVE);
    const after = await v5.exported();
    assert.match(after, /cloudflare:index\/workersScript:WorkersScript/);
    assert.doesNotMatch(after, /workerScript:|workerSecret:|default_5/);

    const lasting = program.replaceAll(/^.*for the first deploy only\n/gm, "");
    assert.notEqual(lasting, program);
    await watching(v5, lasting, "up");
    assert.deepEqual(v5.takeChanges(), []);
    const deployed = await v5.exported();
    const refused = await v5.fromV5(["--undo", BACKUP, "--yes"], { code: 1 });
    assert.match(refused, /Pulumi would forget that[^]*workersScript:WorkersScript::myScript is new/);
    assert.equal(await v5.exported(), deployed);
    const kept = (await filesUnder(v5.checkout.file("state"))) + (await fs.readFile(backup, "utf8"));
    for (const value of VALUES) assert.ok(!kept.includes(value), "a file has a value");
  },
);

/** Kills the calling command just before its KILL_AT-th call of Pulumi that changes something. */
const KILLER = `case "$1 $2" in 'config set' | 'stack import')
  echo "$1" >> "$CALLS"
  if [ "$(wc -l < "$CALLS")" -eq "$KILL_AT" ]; then kill -KILL $PPID; exit 1; fi
esac`;

test(
  "a move that is killed before any step leaves the old state, and can be run again; --set-config keeps a value",
  TEST,
  async (t) => {
    const v5 = await startV5(t);
    const config = await v5.checkout.read("Pulumi.dev.yaml");
    await v5.checkout.write("Pulumi.dev.yaml", config.replace(/ {2}seed-v5:api-key:\n.*\n/, ""));
    const before = await v5.exported();
    const CALLS = `${v5.checkout.folder}/calls`;
    const wrapped = await v5.wrapPulumi(KILLER);
    let steps = 0;
    for (let code: unknown = "SIGKILL"; code === "SIGKILL"; steps++) {
      assert.equal(await v5.exported(), before, `the state has changed before step ${steps}`);
      await fs.rm(CALLS, { force: true });
      const env = { ...v5.env, ...wrapped, CALLS, KILL_AT: String(steps + 1) };
      const run = await v5.start("from-v5", ["--stack", "dev", "--set-config", "--yes"], { env });
      code = await run.exit();
      for (const value of VALUES) assert.ok(!run.output.includes(value), run.output);
    }
    // Before the config is set, before the state is replaced, and not at all.
    assert.equal(steps, 3);
    assert.doesNotMatch(await v5.exported(), /cloudflare/);
    assert.equal(await fs.readFile(v5.checkout.file(BACKUP), "utf8"), before);
    assert.match(await v5.checkout.read("Pulumi.dev.yaml"), /seed-v5:api-key:\n +secure: /);
    const left = await fs.readdir(v5.checkout.root);
    assert.deepEqual(
      left.filter((name) => /^\.(?:seed|Pulumi)/.test(name)),
      [],
    );
  },
);
