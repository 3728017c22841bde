import { strict as assert } from "node:assert";
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { test, type TestContext } from "node:test";
import { promisify } from "node:util";
import { parse } from "yaml";
import { copyFiles } from "../../../harness/copy-files";
import { startTarget } from "../../../harness/target";
import { findTools } from "../../../harness/tools";
import { linkTools } from "../../support/checkout";
import { TEST } from "../../support/command";
import { startLanguageHost } from "../../support/language-host";
import { filesWith } from "../../support/live-stack";
import { ACCOUNT_ID } from "../../support/world";

const ROOT = path.join(__dirname, "../../..");
const CANARY = `canary-${randomUUID()}`;

/** What the tests read of Pulumi's files. */
interface Settings {
  readonly name?: string;
  readonly template?: object;
  readonly encryptionsalt?: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/** A user with the repository as git hands it out, and an empty folder for a new project. */
async function startUser(t: TestContext) {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "template-"));
  t.after(() => fs.rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const place = (name: string) => path.join(folder, name);
  await Promise.all(["template", "shop", "state", "home", "tmp"].map((name) => fs.mkdir(place(name))));
  await linkTools(place("home"));
  await copyFiles(place("template"));
  // Git does not hand it out, and Pulumi would copy it.
  await fs.rm(path.join(place("template"), "node_modules"));

  const target = await startTarget();
  t.after(() => target.close());
  // It links what is installed instead of installing it again.
  const host = await startLanguageHost(
    t,
    "nodejs",
    () => Promise.reject(new Error("the commands of the project run its program themselves")),
    (project) => fs.symlink(path.join(ROOT, "node_modules"), path.join(project, "node_modules")),
  );
  const env = {
    ...process.env,
    ...target.environment(folder, "a passphrase of the user's own"),
    ...host,
    PULUMI_HOME: place("home"),
    TMPDIR: place("tmp"),
  };
  const { command } = (await findTools()).engine.command;
  const run = async (program: string, args: readonly string[], input = "") => {
    const running = promisify(execFile)(program, args, { cwd: place("shop"), env });
    running.child.stdin?.end(input);
    const { stdout, stderr } = await running;
    assert.ok(!`${stdout}${stderr}`.includes(CANARY), `${program} ${args.join(" ")} prints the secret`);
    return stdout;
  };
  return {
    folder,
    place,
    pulumi: (args: readonly string[], input?: string) => run(command, args, input),
    npm: (script: string, ...args: string[]) => run("npm", ["run", "--silent", script, "--", ...args]),
    read: async (file: string) =>
      parse(await fs.readFile(path.join(place("shop"), file), "utf8")) as Settings,
  };
}

test(
  "pulumi new makes a project that starts here and previews a stack of the user's own",
  TEST,
  async (t) => {
    const user = await startUser(t);
    const create = ["new", user.place("template"), "--name", "shop", "--yes"];
    const created = await user.pulumi([...create, "--stack", "prod", "--config", `accountId=${ACCOUNT_ID}`]);
    assert.match(
      created,
      /Created project 'shop'[^]*To try the Worker on this machine, without an account: npm start/,
    );

    const { name, template } = await user.read("Pulumi.yaml");
    assert.deepEqual({ name, template }, { name: "shop", template: undefined });
    const prod = await user.read("Pulumi.prod.yaml");
    assert.deepEqual(prod.config, { "shop:accountId": ACCOUNT_ID });
    const { encryptionsalt: published = "" } = await user.read("Pulumi.dev.yaml");
    assert.match(prod.encryptionsalt ?? "", /^v1:/);
    assert.deepEqual(
      (await filesWith(published, user.folder)).map((file) => path.relative(user.folder, file)).sort(),
      ["shop/Pulumi.dev.yaml", "template/Pulumi.dev.yaml"],
      "only the stack of this machine has the published passphrase",
    );
    assert.deepEqual(await differences(user.place("template"), user.place("shop")), [
      "Pulumi.prod.yaml",
      "Pulumi.yaml",
    ]);

    await user.pulumi(["config", "set", "--secret", "secrets-demo", "--stack", "prod"], CANARY);
    assert.match(await user.npm("secrets"), /^config:secrets-demo +set +set$/m);
    assert.match(await user.npm("preview", "--stack", "prod"), /\+.*MY_SECRET_NAME_KEY/);
    assert.deepEqual(await filesWith(CANARY, user.folder), []);
    const started = await user.npm("start");
    assert.equal(started.trimEnd().split("\n").at(-1), "Secret: dragons and unicorns are real");
  },
);

test(
  "pulumi new makes no stack under the published passphrase if the user leaves the name at dev",
  TEST,
  async (t) => {
    const user = await startUser(t);
    const create = ["new", user.place("template"), "--name", "shop", "--yes"];
    await assert.rejects(user.pulumi(create), /incorrect passphrase/);
    await assert.rejects(fs.stat(path.join(user.place("state"), ".pulumi/stacks")), /ENOENT/);
  },
);

/** The files of a folder that another one does not have, or has with another content. */
async function differences(folder: string, other: string): Promise<string[]> {
  const entries = await fs.readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const names = files.map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  const same = await Promise.all(
    names.map(async (name) => {
      const [one, two] = await Promise.all(
        [folder, other].map((root) => fs.readFile(path.join(root, name)).catch(() => undefined)),
      );
      return two !== undefined && one?.equals(two) === true;
    }),
  );
  return names.filter((_, index) => same[index] !== true).sort();
}
