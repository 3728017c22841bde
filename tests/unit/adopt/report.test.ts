import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { report } from "../../../commands/adopt/report";
import { writeProject } from "../../../commands/adopt/write-project";
import { adopt, adoptOne, BARE } from "../../support/adopted-environment";

const lines = (environments: Awaited<ReturnType<typeof adopt>>) =>
  report({
    from: "wrangler.json",
    folder: path.resolve("infra"),
    files: ["index.ts"],
    environments,
  }).join("\n");

test("each stack has a line, and what is left out in all of them is said once", async () => {
  const live = { ...BARE, bindings: { API_KEY: { type: "secret_text" } } };
  const text = lines(
    await adopt(
      {
        build: { command: "make" },
        env: { staging: { vars: { A: "1", B: "2" }, rules: [{ type: "Text", globs: ["*.md"] }] } },
      },
      live,
    ),
  );
  expect(text).toContain("prod: shop, live, 1 inherited binding\n");
  expect(text).toContain("staging: shop-staging, live, 1 inherited binding, 2 variables\n");
  expect(text).toMatch(/^ {2}build: nothing runs this command: .*pulumi up`$/m);
  expect(text).toMatch(/^ {2}rules: .* \(staging\)$/m);
  expect(text).toContain("pulumi config rm takeOver --stack prod");
});

test("a Worker that is not deployed yet has nothing to take over, and secrets to set", async () => {
  const text = lines([await adoptOne({ secrets: { required: ["API_KEY"] } }, "absent")]);
  expect(text).toContain("Everything is carried over.");
  expect(text).toContain("prod: shop, not deployed yet, 1 config secret");
  expect(text).toContain("pulumi config set --secret api-key --stack prod");
  expect(text).not.toContain("takeOver");
});

test("a name cannot move the cursor", async () => {
  const environment = await adoptOne(
    {},
    { ...BARE, bindings: { "\u001b[2J": { type: "plain_text", text: "" } } },
  );
  expect(lines([environment])).not.toContain("\u001b");
});

test("a project is written whole, or not at all", async () => {
  const place = await fs.mkdtemp(path.join(os.tmpdir(), "project-"));
  const folder = path.join(place, "infra");
  const files = new Map([
    ["index.ts", "one"],
    ["worker/a.js", "two"],
  ]);
  await writeProject(folder, files);
  expect(await fs.readFile(path.join(folder, "worker/a.js"), "utf8")).toBe("two");
  await expect(writeProject(folder, files)).rejects.toThrow(/has index\.ts, worker\/a\.js already/);

  const other = path.join(folder, "other");
  // The file would be in a folder that is a file.
  const broken = new Map([...files, ["index.ts/b.js", "three"]]);
  await expect(writeProject(other, broken)).rejects.toThrow();
  await expect(fs.stat(other)).rejects.toThrow(/ENOENT/);
  await fs.rm(place, { recursive: true });
});
