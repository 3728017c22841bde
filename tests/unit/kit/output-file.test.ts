import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { refuseUnwritable, writeOutput } from "../../../kit/output-file";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "page-"));
const at = (name: string) => path.join(folder, name);
fs.mkdirSync(at("folder"));
fs.writeFileSync(at("file"), "old");
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
});

test.each([
  ["nowhere/x.html", "its folder does not exist"],
  ["folder", "it is a folder"],
  ["nowhere/", "it is a folder"],
  ["file/x.html", "its folder is a file"],
])("%s is refused in one sentence", async (name, reason) => {
  const sentence = `--html: ${path.resolve(at(name))} cannot be written: ${reason}.`;
  await expect(refuseUnwritable({ option: "--html", file: at(name) })).rejects.toThrow(
    new RegExp(`^${sentence}$`),
  );
  expect(fs.readdirSync(folder).sort()).toEqual(["file", "folder"]);
});

test.each([
  ["EACCES", "you may not write there"],
  ["EROFS", "the file system is read-only"],
  ["EIO", "EIO"],
])("%s of the system is a sentence too", async (code, reason) => {
  const write = jest.spyOn(fs.promises, "writeFile").mockRejectedValue(Object.assign(new Error(), { code }));
  try {
    await expect(writeOutput({ option: "--html", file: at("x.html") }, "")).rejects.toThrow(
      ` cannot be written: ${reason}.`,
    );
  } finally {
    write.mockRestore();
  }
});

test("a file that can be written is not touched before it is replaced", async () => {
  await refuseUnwritable({ option: "--html", file: at("file") });
  expect(fs.readFileSync(at("file"), "utf8")).toBe("old");
  await writeOutput({ option: "--html", file: at("file") }, "new");
  expect(fs.readFileSync(at("file"), "utf8")).toBe("new");
  expect(fs.readdirSync(folder).sort()).toEqual(["file", "folder"]);
});
