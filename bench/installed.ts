import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import * as path from "node:path";
import { promisify } from "node:util";

const ROOT = path.join(__dirname, "..");

/** What index.ts says here, and what it says where the package is installed. */
const EDITS: readonly (readonly [string, string])[] = [
  [`from "./component"`, `from "cloudflare-worker-secrets"`],
  [`from "./secrets"`, `from "cloudflare-worker-secrets/secrets"`],
  // The playground's own.
  [`import { refusePublishedPassphrase } from "./published-passphrase";\n`, ""],
  ["refusePublishedPassphrase();\n", ""],
];

/** Makes a project that has the same program as this one, and the package in place of its sources. Returns its folder. */
export async function makeInstalled(folder: string): Promise<string> {
  const project = path.join(folder, "installed");
  const packages = path.join(project, "node_modules");
  const dist = path.join(folder, "dist");
  await promisify(execFile)(process.execPath, ["--import", "tsx", "package/build.ts", dist], { cwd: ROOT });
  await fs.mkdir(packages, { recursive: true });
  await fs.rename(
    path.join(dist, "cloudflare-worker-secrets"),
    path.join(packages, "cloudflare-worker-secrets"),
  );
  for (const name of ["@pulumi", "typescript"]) {
    await fs.symlink(path.join(ROOT, "node_modules", name), path.join(packages, name));
  }
  const program = await fs.readFile(path.join(ROOT, "index.ts"), "utf8");
  const installed = EDITS.reduce((text, [from, to]) => text.replace(from, to), program);
  await fs.writeFile(path.join(project, "index.ts"), installed);
  for (const file of ["script.js", "Pulumi.yaml"]) {
    await fs.copyFile(path.join(ROOT, file), path.join(project, file));
  }
  await fs.writeFile(path.join(project, "package.json"), JSON.stringify({ main: "index.ts" }));
  return project;
}
