import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { test } from "node:test";
import { TEST } from "../../support/command";
import { copiesLeft, type Rotation, startRotation } from "../../support/rotation";

const OLD = "canary-old-value";
const NEW = "canary-new-value";
const FILE = "Pulumi.prod.yaml";

/** Runs a rotation with --no-deploy that must be refused before it changes the file. */
async function refused(rotation: Rotation, args: readonly string[], expected: RegExp): Promise<void> {
  const before = await rotation.checkout.read(FILE);
  const command = await rotation.start("rotate", [...args, "--no-deploy"], { input: NEW });
  assert.equal(await command.exit(), 1, command.output);
  assert.match(command.output, expected);
  assert.doesNotMatch(command.output, /canary/);
  assert.equal(await rotation.checkout.read(FILE), before);
  assert.deepEqual(await copiesLeft(rotation.checkout.root), []);
}

test("an edit that would lose or flatten anything else in the file is refused", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  const { checkout } = rotation;
  const set = ["config", "set", "--stack", "prod", "--path"];
  await rotation.pulumi([...set, "--secret", "database.password"], "canary-password");
  await rotation.pulumi([...set, "tokens[0]"], "canary-token");
  await rotation.pulumi(["config", "set", "--stack", "prod", "--secret", "whole"], '{"a":"canary","b":1}');
  for (const [key, expected] of [
    ["database", /"database" is an object or a list.*config set/],
    ["tokens", /"tokens" is an object or a list.*config set/],
    ["tokens[0]", /"tokens\[0\]" is an item of a list/],
    // Pulumi would drop b.
    ["whole.a", /"whole\.a" is in one text.*Pulumi would replace all of that text/],
  ] as const) {
    await refused(rotation, [key, "--stack", "prod"], expected);
  }
  // Pulumi drops unknown keys silently.
  const whole = await checkout.read(FILE);
  await checkout.write(FILE, `${whole}ourTool:\n  keep: canary\n`);
  await refused(
    rotation,
    ["secrets-demo", "--stack", "prod"],
    /would change more of Pulumi.prod.yaml.*: ourTool\./,
  );
});

test(
  "the full name of another project's stack is refused, and that of this project's is accepted",
  TEST,
  async (t) => {
    const rotation = await startRotation(t, OLD);
    const foreign = ["secrets-demo", "--stack", "organization/another/prod"];
    await refused(
      rotation,
      foreign,
      /a stack of project another, and this is project cloudflare-worker-secrets/,
    );
    const full = "organization/cloudflare-worker-secrets/prod";
    const own = await rotation.start("rotate", ["secrets-demo", "--stack", full, "--yes"], { input: NEW });
    assert.equal(await own.exit(), 0, own.output);
    assert.match(own.output, new RegExp(`npm run rotate -- secrets-demo --finish --stack ${full}\n`));
    assert.equal((await rotation.config())["secrets-demo"], NEW);
  },
);

test("a symbolic link stays a link, and its file keeps owner, mode and line endings", TEST, async (t) => {
  const rotation = await startRotation(t, OLD);
  const { checkout } = rotation;
  const target = checkout.file("elsewhere.yaml");
  await fs.rename(checkout.file(FILE), target);
  await fs.symlink("elsewhere.yaml", checkout.file(FILE));
  // Pulumi writes a number as text.
  const content = (await fs.readFile(target, "utf8")).replace("config:\n", "config:\n  shop:count: 3\n");
  await fs.writeFile(target, content.replaceAll("\n", "\r\n"));
  const owner = process.getuid?.() === 0 ? [1234, 2345] : [process.getuid?.(), process.getgid?.()];
  await fs.chown(target, owner[0] ?? NaN, owner[1] ?? NaN);
  await fs.chmod(target, 0o640);
  await rotation.rotate(["--no-deploy"], { input: NEW });
  assert.equal(await fs.readlink(checkout.file(FILE)), "elsewhere.yaml");
  const { uid, gid, mode } = await fs.stat(target);
  assert.deepEqual([uid, gid, mode & 0o7777], [...owner, 0o640]);
  const written = await fs.readFile(target, "utf8");
  assert.match(written, /secrets-demo-previous:\r\n/);
  assert.doesNotMatch(written, /[^\r]\n/);
  assert.equal((await rotation.config())["secrets-demo"], NEW);
});

/** Runs the command as in a container: it shares the folder, is process 1, and sees no process outside. */
async function inContainer(rotation: Rotation, args: readonly string[]) {
  const { checkout, env } = rotation;
  const words = [
    "unshare",
    "--pid",
    "--fork",
    "--mount-proc",
    process.execPath,
    "--require",
    "tsx/cjs",
    "commands/rotate/main.ts",
  ];
  const [program = "", ...options] = words;
  const child = spawn(program, [...options, "secrets-demo", "--stack", "prod", ...args], {
    cwd: checkout.root,
    env: { ...process.env, ...env, PULUMI_HOME: checkout.home, TMPDIR: checkout.tmp },
    stdio: "pipe",
  });
  child.stdin.end(NEW);
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text: Buffer) => (output += String(text)));
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, output };
}

test(
  "a rotation in another container, which cannot see this one's processes, is refused until this one ends",
  { ...TEST, skip: process.getuid?.() !== 0 && "only root can create a namespace" },
  async (t) => {
    const rotation = await startRotation(t, OLD);
    const go = path.join(rotation.checkout.folder, "go");
    const env = await rotation.wrapPulumi(
      `case "$1 $2" in 'config set') while [ ! -e '${go}' ]; do sleep 0.05; done;; esac`,
    );
    const args = ["secrets-demo", "--stack", "prod", "--no-deploy"];
    const first = await rotation.start("rotate", args, { env, input: NEW });
    await first.runs(/^--secret$/);
    const second = await inContainer(rotation, ["--no-deploy"]);
    assert.equal(second.code, 1, second.output);
    assert.match(second.output, /Another edit of this stack's config is under way \(process \d+ on host /);
    await fs.writeFile(go, "");
    assert.equal(await first.exit(), 0, first.output);

    const later = await inContainer(rotation, ["--no-deploy"]);
    // It has the lock, and finds that the first one is not deployed.
    assert.equal(later.code, 1, later.output);
    assert.match(later.output, /as begun before/);
    assert.deepEqual(await copiesLeft(rotation.checkout.root), []);
  },
);
