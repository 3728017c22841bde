import { strict as assert } from "node:assert";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type Command, TEST } from "../../support/command";
import { filesUnder, type Rotation, startRotation } from "../../support/rotation";
import { secretLines } from "../../support/world";

const OLD = "canary-old-value";
const NEW = "canary-new-value";

/** Other content of the stack's config; the last one is shared by all stacks. */
const PLAIN = { accountId: "0123456789abcdef0123456789abcdef", scriptName: "gate", workersDev: "false" };

/** Calls the Worker continuously with the values in use at the time, and records every response. */
function holdTraffic(rotation: Rotation, first: string) {
  const statuses: number[] = [];
  let values = [first];
  const over = new AbortController();
  const done = (async () => {
    while (!over.signal.aborted) {
      for (const value of values) {
        statuses.push(await rotation.call(value));
      }
      // Traffic that takes no whole core: the rotation needs it.
      await delay(5);
    }
  })();
  return {
    use(...next: string[]) {
      values = next;
    },
    async stop() {
      over.abort();
      await done;
      return statuses;
    },
  };
}

test(
  "a rotation refuses no request, first with the old value and later with the new one",
  TEST,
  async (t) => {
    const rotation = await startRotation(t, OLD, { withPassphrase: true });
    const traffic = holdTraffic(rotation, OLD);
    const rotated = await rotation.rotate(["--yes"], { input: `${NEW}\n` });
    assert.deepEqual(secretLines(rotated.output), [
      "+ myScript/MY_SECRET_NAME_KEY_PREVIOUS",
      "~ myScript/MY_SECRET_NAME_KEY",
    ]);
    assert.doesNotMatch(rotated.output, /Warning/);
    // Callers switch to the new value one by one.
    traffic.use(OLD, NEW);
    assert.equal(await rotation.call(OLD), 200);
    traffic.use(NEW);
    const finished = await rotation.rotate(["--finish", "--grace", "0m", "--yes"]);
    assert.deepEqual(secretLines(finished.output), ["- myScript/MY_SECRET_NAME_KEY_PREVIOUS"]);
    const statuses = await traffic.stop();
    assert.ok(statuses.length > 100, `${statuses.length} requests`);
    assert.deepEqual([...new Set(statuses)], [200]);
    assert.equal(await rotation.call(OLD), 401);
    assert.deepEqual(await rotation.config(), { ...PLAIN, "secrets-demo": NEW });
    const files = await filesUnder(rotation.checkout.folder);
    assert.doesNotMatch(rotated.output + finished.output + files, /canary-(old|new)/);
  },
);

test(
  "--rollback swaps the values back, and a refused operation names one that is possible",
  TEST,
  async (t) => {
    const rotation = await startRotation(t, OLD);
    const nothing = await rotation.rotate(["--finish", "--yes"], { code: 1 });
    assert.match(nothing.output, /no previous value of secrets-demo to drop/);
    const noWay = await rotation.rotate(["--rollback", "--yes"], { code: 1 });
    assert.match(noWay.output, /no previous value of secrets-demo to go back to/);
    const same = await rotation.rotate(["--yes"], { code: 1, input: OLD });
    assert.match(same.output, /The new value is the same as the current one/);

    await rotation.rotate(["--yes"], { input: NEW });
    const third = await rotation.rotate(["--yes"], { code: 1, input: "canary-third" });
    assert.match(
      third.output,
      /still accepts the previous value.*\n.*--finish --stack prod\n.*--rollback --stack prod/,
    );
    const young = await rotation.rotate(["--finish", "--yes", "--grace", "1d"], { code: 1 });
    assert.match(young.output, /stays accepted until \d{4}-\d\d-\d\dT/);

    await rotation.rotate(["--rollback", "--yes"]);
    const { "secrets-demo": current, "secrets-demo-previous": previous } = await rotation.config();
    assert.deepEqual([current, previous], [OLD, NEW]);
    assert.deepEqual([await rotation.call(OLD), await rotation.call(NEW)], [200, 200]);
    // A rollback starts a new grace period.
    await rotation.rotate(["--finish", "--yes"], { code: 1 });
    await rotation.rotate(["--finish", "--yes", "--grace", "0h"]);
    assert.deepEqual([await rotation.call(OLD), await rotation.call(NEW)], [200, 401]);
  },
);

test(
  "comments and order of the config are kept, and no process gets a value as an argument",
  TEST,
  async (t) => {
    const rotation = await startRotation(t, OLD, { withPassphrase: true });
    const { checkout } = rotation;
    const [, salt = ""] = /^encryptionsalt: (.*)$/m.exec(await checkout.read("Pulumi.prod.yaml")) ?? [];
    const [, sealed = ""] = /secure: (.*)$/m.exec(await checkout.read("Pulumi.prod.yaml")) ?? [];
    const config = (secret: string, more = "") => `# Who to ask: the platform team
encryptionsalt: ${salt}
config:
  # of the gate
  cloudflare-worker-secrets:secrets-demo: # rotated each quarter
    secure: ${secret}
  cloudflare-worker-secrets:accountId: ${PLAIN.accountId} # ours
  cloudflare-worker-secrets:scriptName: gate
${more}`;
    await checkout.write("Pulumi.prod.yaml", config(sealed));
    const calls = path.join(checkout.folder, "calls");
    const env = await rotation.wrapPulumi(`echo "$@" >> '${calls}'`);
    const hexadecimal = ["--generate", "--length", "40", "--alphabet", "0123456789abcdef"];
    const generated = await rotation.rotate([...hexadecimal, "--yes"], { env });
    const { "secrets-demo": value = "", "secrets-demo-previous": previous } = await rotation.config();
    assert.match(value, /^[0-9a-f]{40}$/);
    assert.equal(previous, OLD);
    const written = await checkout.read("Pulumi.prod.yaml");
    const more =
      /^ {2}cloudflare-worker-secrets:secrets-demo-(?:previous|rotation)[^]*/m.exec(written)?.[0] ?? "";
    assert.equal(written, config(/secure: (.*)$/m.exec(written)?.[1] ?? "", more));
    await rotation.rotate(["--finish", "--grace", "0m", "--yes"]);
    const after = await checkout.read("Pulumi.prod.yaml");
    assert.equal(after, config(/secure: (.*)$/m.exec(after)?.[1] ?? ""));
    const shown = (await fs.readFile(calls, "utf8")) + generated.output;
    assert.match(shown, /^config set secrets-demo --secret/m);
    assert.ok(!shown.includes(value) && !shown.includes(OLD), "a value was shown");
  },
);

test("on a terminal the value is read without echo, and answering no changes nothing", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  const before = await rotation.checkout.read("Pulumi.prod.yaml");
  const terminate = async (command: Command) => {
    process.kill(await command.runs(/rotate\/main\.ts$/), "SIGTERM");
  };
  for (const [answer, code] of [
    ["n\r", 1],
    ["\u0003", 130],
    [terminate, 130],
  ] as const) {
    const declined = await rotation.start("rotate", ["secrets-demo", "--stack", "prod"], {
      terminal: true,
    });
    await declined.prints(/New value of secrets-demo: /);
    declined.type(`${NEW}\r`);
    await declined.prints(/Deploy to prod\? \[y\/N\] /);
    if (typeof answer === "string") declined.type(answer);
    else await answer(declined);
    assert.equal(await declined.exit(), code, declined.output);
    assert.match(declined.output, /Nothing was deployed, and Pulumi.prod.yaml is as it was before/);
    assert.doesNotMatch(declined.output, /canary/);
    assert.equal(await rotation.checkout.read("Pulumi.prod.yaml"), before);
    assert.equal(await rotation.call(NEW), 401);
  }
  const rotated = await rotation.start("rotate", ["secrets-demo", "--stack", "prod"], { terminal: true });
  await rotated.prints(/New value/);
  rotated.type(`${NEW}\r`);
  await rotated.prints(/\[y\/N\] /);
  rotated.type("y\r");
  assert.equal(await rotated.exit(), 0, rotated.output);
  assert.deepEqual([await rotation.call(OLD), await rotation.call(NEW)], [200, 200]);
  assert.doesNotMatch(rotated.output, /canary/);
});

test("a failed preview leaves the config unchanged", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  const before = await rotation.checkout.read("Pulumi.prod.yaml");
  await rotation.putByHand("BY_HAND", "canary-by-hand");
  const stopped = await rotation.rotate(["--yes"], { code: 1, input: NEW });
  assert.match(stopped.output, /a deploy would remove them: BY_HAND/);
  assert.match(stopped.output, /Pulumi.prod.yaml is as it was before/);
  assert.doesNotMatch(stopped.output, /canary/);
  assert.equal(await rotation.checkout.read("Pulumi.prod.yaml"), before);
  assert.equal(await rotation.call(OLD), 200);
});

test("a binding without a previous value gets a warning and is rotated", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  const program = await rotation.checkout.read("index.ts");
  const other = '{ name: "OTHER", ...configSecret("other") },';
  await rotation.checkout.write(
    "index.ts",
    program.replace(
      '{ name: "MY_SECRET_NAME_KEY", ...configSecret("secrets-demo") }',
      `${other} { name: "MY_SECRET_NAME_KEY", text: config.requireSecret("secrets-demo") }`,
    ),
  );
  // The previous value of another secret does not help the callers of this one.
  for (const key of ["other", "other-previous"]) {
    await rotation.pulumi(["config", "set", "--stack", "prod", "--secret", key], "canary-other");
  }
  const rotated = await rotation.rotate(["--yes"], { input: NEW });
  assert.match(
    rotated.output,
    /Warning: .*callers with the previous value are refused.*configSecret\("secrets-demo"\)/,
  );
  assert.deepEqual([await rotation.call(OLD), await rotation.call(NEW)], [401, 200]);
});

test(
  "--no-deploy changes the config for a pull request, and the next run deploys and records the rotation",
  TEST,
  async (t) => {
    const rotation = await startRotation(t, OLD);
    // This step does not need Cloudflare.
    const env = { CLOUDFLARE_BASE_URL: "http://127.0.0.1:9", CLOUDFLARE_API_TOKEN: "" };
    await rotation.rotate(["--no-deploy"], { input: NEW, env });
    assert.equal(await rotation.call(NEW), 401);
    assert.match(await rotation.checkout.read("Pulumi.prod.yaml"), /secrets-demo-rotation: rotate pending/);
    const early = await rotation.rotate(["--finish", "--yes", "--grace", "0m"], { code: 1 });
    assert.match(early.output, /not known to be deployed/);
    const other = await rotation.rotate(["--yes"], { code: 1, input: "canary-other" });
    assert.match(
      other.output,
      /rotation of secrets-demo to another value is under way.*--rollback --stack prod/,
    );
    await rotation.rotate(["--yes"]);
    assert.deepEqual([await rotation.call(OLD), await rotation.call(NEW)], [200, 200]);
    assert.match(await rotation.checkout.read("Pulumi.prod.yaml"), /secrets-demo-rotation: deployed \d{4}-/);
    // The state after a pipeline has deployed the commit.
    await rotation.pulumi(["config", "set", "--stack", "prod", "secrets-demo-rotation", "rotate pending"]);
    const fullKey = ["cloudflare-worker-secrets:secrets-demo", "--stack", "prod", "--yes"];
    const recorded = await rotation.start("rotate", fullKey);
    assert.equal(await recorded.exit(), 0, recorded.output);
    assert.match(recorded.output, /7 unchanged/);
    assert.doesNotMatch(recorded.output, /Warning/);
    assert.match(await rotation.checkout.read("Pulumi.prod.yaml"), /secrets-demo-rotation: deployed \d{4}-/);
    // A rotation does not select the stack that it deploys.
    const unselected = await rotation.start("rotate", ["secrets-demo", "--finish", "--yes"]);
    assert.equal(await unselected.exit(), 1);
    assert.match(unselected.output, /no stack selected/);
  },
);

test("--no-deploy again records a deploy by a pipeline, and nothing before it", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  // These steps do not need Cloudflare.
  const env = { CLOUDFLARE_BASE_URL: "http://127.0.0.1:9", CLOUDFLARE_API_TOKEN: "" };
  const first = await rotation.rotate(["--no-deploy"], { input: NEW, env });
  assert.match(first.output, /after its deploy run this again, which records it/);
  const early = await rotation.rotate(["--no-deploy"], { code: 1, env });
  assert.match(early.output, /The state of stack prod does not say that this was deployed/);
  assert.match(await rotation.checkout.read("Pulumi.prod.yaml"), /secrets-demo-rotation: rotate pending/);
  await rotation.deploy();
  const recorded = await rotation.rotate(["--no-deploy"], { env });
  assert.match(recorded.output, /Rotated\. When all callers use the new value: .* --finish --stack prod\n/);
  assert.match(await rotation.checkout.read("Pulumi.prod.yaml"), /secrets-demo-rotation: deployed \d{4}-/);

  const finish = ["--finish", "--no-deploy", "--grace", "0m"];
  await rotation.rotate(finish, { env });
  await rotation.rotate(finish, { code: 1, env });
  await rotation.deploy();
  await rotation.rotate(finish, { env });
  assert.deepEqual(await rotation.config(), { ...PLAIN, "secrets-demo": NEW });
  assert.deepEqual([await rotation.call(OLD), await rotation.call(NEW)], [401, 200]);
});

test("beside npm run dev a rotation leaves the deploy to it, and waits for it", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  const calls = path.join(rotation.checkout.folder, "calls");
  const env = {
    ...(await rotation.wrapPulumi(`echo "$1" >> '${calls}'`)),
    WORKER_DEV_STACK: "prod",
  };
  const command = await rotation.start("rotate", ["secrets-demo", "--generate", "--stack", "prod"], { env });
  await command.prints(/npm run dev deploys Pulumi\.prod\.yaml\. Waiting until it has\.\n/);
  const { "secrets-demo": value = "" } = await rotation.config();
  assert.equal(await rotation.call(value), 401);
  // As npm run dev does when the file changes.
  await rotation.deploy();
  assert.equal(await command.exit(), 0, command.output);
  assert.match(command.output, /Rotated\./);
  assert.match(command.output, /with: pulumi config get secrets-demo --stack prod\n/);
  assert.ok(!command.output.includes(value), "the value was shown");
  assert.doesNotMatch(command.output, /Commit/);
  assert.doesNotMatch(await fs.readFile(calls, "utf8"), /^(?:preview|up)$/m);
  assert.deepEqual([await rotation.call(OLD), await rotation.call(value)], [200, 200]);
  assert.match(await rotation.checkout.read("Pulumi.prod.yaml"), /secrets-demo-rotation: deployed \d{4}-/);
});

test("every refusal comes before any change and shows no value", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  await rotation.pulumi(["config", "set", "--stack", "prod", "plain", "x"]);
  const before = await rotation.checkout.read("Pulumi.prod.yaml");
  const cases: [string[], number, RegExp, NodeJS.ProcessEnv?][] = [
    [
      ["nope", "--stack", "prod", "--yes"],
      1,
      /no secret "nope".*It has: secrets-demo\. To add it: pulumi config set/,
    ],
    [["secrets-demo-previous", "--stack", "prod", "--yes"], 1, /npm run rotate -- secrets-demo --finish/],
    [["plain", "--stack", "prod", "--yes"], 1, /"plain" is in clear.*Encrypt it first/],
    [["secrets-demo", "--stack", "nope", "--yes"], 1, /no stack named 'nope' found/],
    [["secrets-demo", "--yes"], 1, /no stack selected/],
    [["secrets-demo", "--stack", "prod", "--yes"], 1, /The new value: expected 1 to 5120 bytes, found 0/],
    [["secrets-demo", "canary-value", "--yes"], 2, /never pass the value/],
    [["secrets-demo"], 2, /--yes or --no-deploy: expected one of them, because there is no terminal/],
    [
      ["secrets-demo", "--yes", "--finish", "--rollback", "--grace", "1y"],
      2,
      /^--grace: expected.*\n.*--rollback: expected one of them\.\nSee npm run rotate -- --help\n$/,
    ],
    [["secrets-demo", "--yes", "--generate", "--length", "10"], 2, /expected at least 64 bits.*found 59/],
    [["secrets-demo", "--yes", "--generate", "--alphabet", "aaaa"], 2, /found 0/],
    [["secrets-demo", "--yes", "--canary-value"], 2, /Unknown option/],
  ];
  for (const [args, code, expected, env = {}] of cases) {
    const command = await rotation.start("rotate", args, { env });
    assert.equal(await command.exit(), code, command.output);
    assert.match(command.output, expected);
  }
  const binary = await rotation.rotate(["--yes"], { code: 1, input: Buffer.from("canary-\xff", "latin1") });
  assert.match(binary.output, /Standard input: expected text as UTF-8/);
  assert.doesNotMatch(binary.output, /canary/);
  const another = "case $* in 'config set secrets-demo --secret'*) exec <<X\ncanary-another\nX\nesac";
  const env = await rotation.wrapPulumi(another);
  const changed = await rotation.rotate(["--yes"], { code: 1, input: NEW, env });
  assert.match(changed.output, /Pulumi does not keep the value as it was given, so nothing was changed/);
  assert.doesNotMatch(changed.output, /canary/);
  const large = await rotation.rotate(["--yes"], { code: 1, input: "canary".repeat(1000) });
  assert.match(large.output, /found 6000/);
  assert.doesNotMatch(large.output, /canary/);
  assert.equal(await rotation.checkout.read("Pulumi.prod.yaml"), before);
});
