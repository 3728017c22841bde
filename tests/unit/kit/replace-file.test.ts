import * as fs from "node:fs/promises";
import * as os from "node:os";
import * as path from "node:path";
import { lockForEdit } from "../../../kit/edit/edit-lock";
import { replaceFile } from "../../../kit/edit/replace-file";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), "replace-file-"));
  file = path.join(folder, "Pulumi.prod.yaml");
  await fs.writeFile(file, "a: 1\nb: 2\n");
});

afterEach(async () => {
  expect(await fs.readdir(folder)).toEqual(["Pulumi.prod.yaml"]);
  await fs.rm(folder, { recursive: true });
});

/** Replaces the file under its lock. */
async function replace(edit: (copy: string, before: Buffer) => Promise<void>) {
  const lock = await lockForEdit(file);
  try {
    return await replaceFile(lock, file, edit);
  } finally {
    await lock.release();
  }
}

const write = (content: string) => (copy: string) => fs.writeFile(copy, content);
const content = () => fs.readFile(file, "utf8");

test("the file gets the edited content", async () => {
  const { before, after } = await replace(write("a: 3\n"));
  expect([String(before), String(after), await content()]).toEqual(["a: 1\nb: 2\n", "a: 3\n", "a: 3\n"]);
});

test("a failed edit changes nothing", async () => {
  const failing = replace(async (copy) => {
    await fs.writeFile(copy, "half");
    throw new Error("no space");
  });
  await expect(failing).rejects.toThrow("no space");
  expect(await content()).toBe("a: 1\nb: 2\n");
});

test("a concurrent change is not overwritten", async () => {
  const late = replace(async (copy) => {
    await fs.writeFile(copy, "ours");
    await fs.writeFile(file, "theirs");
  });
  await expect(late).rejects.toThrow("Pulumi.prod.yaml was changed meanwhile");
  expect(await content()).toBe("theirs");
});

test("the file is not replaced without its lock", async () => {
  const unlocked = replace(async (copy) => {
    await fs.writeFile(copy, "ours");
    await fs.rm(path.join(path.dirname(copy), "owner.json"));
  });
  await expect(unlocked).rejects.toThrow(/was removed meanwhile/);
  expect(await content()).toBe("a: 1\nb: 2\n");
  await fs.rm(path.join(folder, ".Pulumi.prod.edit"), { recursive: true });
});

test("while it is edited, other users can read neither the copy nor its folder", async () => {
  await replace(async (copy) => {
    for (const place of [copy, path.dirname(copy)]) expect((await fs.stat(place)).mode & 0o077).toBe(0);
  });
});

test("Windows line endings are kept, and mixed ones are left to Pulumi", async () => {
  await fs.writeFile(file, "a: 1\r\nb: 2\r\n");
  await replace(write("a: 3\nb: 2\n"));
  expect(await content()).toBe("a: 3\r\nb: 2\r\n");
  await replace(write("a: 4\r\nb: 2\r\n"));
  expect(await content()).toBe("a: 4\r\nb: 2\r\n");
  await fs.writeFile(file, "a: 1\r\nb: 2\n");
  await replace(write("a: 3\nb: 2\n"));
  expect(await content()).toBe("a: 3\nb: 2\n");
});

test("the mode is kept", async () => {
  for (const mode of [0o600, 0o664, 0o444]) {
    await fs.chmod(file, mode);
    await replace(write(`a: ${mode}\n`));
    expect((await fs.stat(file)).mode & 0o7777).toBe(mode);
  }
});

const asRoot = process.getuid?.() === 0 ? test : test.skip;

asRoot("the owner and the group are kept", async () => {
  await fs.chown(file, 1234, 2345);
  await fs.chmod(file, 0o640);
  await replace(write("a: 3\n"));
  const { uid, gid, mode } = await fs.stat(file);
  expect([uid, gid, mode & 0o7777]).toEqual([1234, 2345, 0o640]);
});

asRoot("a user who cannot set the owner gets an error, and the file is unchanged", async () => {
  await fs.chown(file, 1234, 2345);
  await fs.chmod(file, 0o666);
  await fs.chmod(folder, 0o777);
  process.seteuid?.(4321);
  try {
    await expect(replace(write("a: 3\n"))).rejects.toThrow(/belongs to user 1234 and group 2345/);
  } finally {
    process.seteuid?.(0);
  }
  expect(await content()).toBe("a: 1\nb: 2\n");
});
