import * as fs from "node:fs/promises";
import * as path from "node:path";
import { copyFiles } from "../harness/copy-files";
import { ACCOUNT_ID } from "./worker-program";

/** The same Workers as a project of Pulumi's and as one of Wrangler's. */
export interface DevProject {
  readonly workers: readonly string[];
  /** A copy of this checkout, whose program declares the Workers. */
  readonly ours: string;
  /** A folder with a folder for each Worker. */
  readonly theirs: string;
}

/** The config key of the secret, and its value where a stack is not the checkout's. */
export const SECRET = { key: "secrets-demo", value: "a secret of the bench's own" };

export async function devProject(parent: string, count: number): Promise<DevProject> {
  const workers = Array.from({ length: count }, (_, index) => `bench-${count}-${index + 1}`);
  const [ours, theirs] = [path.join(parent, `ours-${count}`), path.join(parent, `theirs-${count}`)];
  await fs.mkdir(ours);
  await fs.mkdir(theirs);
  await copyFiles(ours);
  await fs.symlink(path.join(ours, "node_modules"), path.join(theirs, "node_modules"));
  await fs.writeFile(path.join(ours, "index.ts"), program(workers));
  for (const name of workers) {
    for (const project of [ours, theirs]) await writeWorker(project, name, 0);
    const config = { name, main: "src/index.ts", compatibility_date: "2026-01-01" };
    await fs.writeFile(path.join(theirs, name, "wrangler.json"), JSON.stringify(config));
    await fs.writeFile(path.join(theirs, name, ".dev.vars"), `TOKEN="${SECRET.value}"\n`);
  }
  return { workers, ours, theirs };
}

/** Writes the Worker's entry, which imports a package. */
export async function writeWorker(project: string, name: string, version: number): Promise<void> {
  const file = path.join(project, name, "src/index.ts");
  await fs.mkdir(path.dirname(file), { recursive: true });
  await fs.writeFile(
    file,
    `import { Hono } from "hono";

const app = new Hono<{ Bindings: { TOKEN?: string } }>();
app.get("/", (c) => c.text(\`${name} ${version} \${c.env.TOKEN ? "with" : "without"} its secret\`));
export default app;
`,
  );
}

/** What the Worker answers. */
export function answerOf(name: string, version: number): string {
  return `${name} ${version} with its secret`;
}

function program(workers: readonly string[]): string {
  return `import { bundle } from "./bundle";
import { WorkerScript } from "./component";
import { configSecret } from "./secrets";

for (const name of ${JSON.stringify(workers)}) {
  new WorkerScript(name, {
    accountId: "${ACCOUNT_ID}",
    name,
    ...bundle(\`\${name}/src/index.ts\`),
    secretTextBindings: [{ name: "TOKEN", ...configSecret("${SECRET.key}") }],
  });
}
`;
}
