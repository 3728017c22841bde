import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { PulumiCli } from "../../kit/pulumi-cli";

/** A git checkout in a temporary folder, for tests without an engine. */
export class GitFolder {
  readonly root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "git-")));

  constructor() {
    this.git("init", "--quiet");
  }

  file(name: string): string {
    return path.join(this.root, name);
  }

  write(name: string, content: string): void {
    fs.writeFileSync(this.file(name), content);
  }

  commit(author: string, date: string): void {
    this.git("add", "--all");
    const identity = ["-c", `user.name=${author}`, "-c", "user.email=author@example.com"];
    this.git(...identity, "commit", "--quiet", `--date=${date}`, "--message=Config");
  }

  remove(): void {
    fs.rmSync(this.root, { recursive: true });
  }

  private git(...args: string[]): void {
    execFileSync("git", args, { cwd: this.root });
  }
}

/** A Pulumi CLI with fixed output for each list of arguments. Any other arguments fail. */
export function fakeCli(root: string, prints: Readonly<Record<string, string>>): PulumiCli {
  const command: PulumiCli["command"] = Object.create(null) as PulumiCli["command"];
  return {
    command,
    project: "p",
    stackFile: (stack) => path.join(root, `Pulumi.${stack}.yaml`),
    run: (args) => {
      const printed = prints[args.join(" ")];
      return printed === undefined
        ? Promise.reject(new Error("not for you\nmore"))
        : Promise.resolve(printed);
    },
  };
}
