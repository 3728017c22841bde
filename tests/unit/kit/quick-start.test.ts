import * as fs from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { quickStart } from "../../../kit/engine/quick-start";

const MATCHING = `package matching

func init() {
	loadFrequencyList()
}

func loadFrequencyList() {
	for n, list := range frequency.Lists {
	}
}
`;

let folder: string;
const { PATH } = process.env;

/** A module cache with both libraries, and a `go` that finds them and writes down what else it is called with. */
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), "quick-start-"));
  for (const name of ["go.mod", "go.sum"]) fs.writeFileSync(path.join(folder, name), "module tools\n");
  writeLibrary("frequency/frequency.go", "package frequency\n\nfunc init() {\n}\n");
  writeLibrary("matching/matching.go", MATCHING);
  writeLibrary("matching/matching_test.go", "package matching\n");
  const go = `#!/bin/sh
if [ "$2" = download ]; then echo '{'; echo '"Dir": "${folder}/library"'; echo '}'; else echo "$@" >> '${folder}/calls'; fi
`;
  fs.mkdirSync(path.join(folder, "bin"));
  fs.writeFileSync(path.join(folder, "bin/go"), go, { mode: 0o755 });
  process.env["PATH"] = `${folder}/bin:${PATH}`;
});

afterEach(() => {
  process.env["PATH"] = PATH;
  fs.rmSync(folder, { recursive: true });
});

function writeLibrary(file: string, text: string): void {
  const place = path.join(folder, "library", file);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  // As in Go's cache of modules, nothing there may be written to.
  fs.rmSync(place, { force: true });
  fs.writeFileSync(place, text, { mode: 0o444 });
}

const copy = () => path.join(folder, "copy");

test("the engine is built with copies of the libraries that read their lists when they rate something", async () => {
  const args = await quickStart(folder, copy(), { timeoutMs: 10_000 });
  expect(args).toEqual([`-modfile=${path.join(copy(), "go.mod")}`]);
  const calls = fs.readFileSync(path.join(folder, "calls"), "utf8");
  for (const name of ["nbutton23", "ccojocar"]) {
    const own = path.join(copy(), name);
    expect(calls).toContain(`mod edit -replace github.com/${name}/zxcvbn-go=${own} `);
    const text = (file: string) => fs.readFileSync(path.join(own, file), "utf8");
    expect(text("frequency/frequency.go")).toContain(
      "func Read() map[string]List {\n\tread()\n\treturn Lists\n}",
    );
    expect(text("frequency/frequency.go") + text("matching/matching.go")).not.toContain("func init()");
    expect(text("matching/matching.go")).toContain("range frequency.Read()");
    expect(fs.existsSync(path.join(own, "matching/matching_test.go"))).toBe(false);
  }
});

test("a library that is not what we know is left as it is", async () => {
  writeLibrary("matching/matching.go", MATCHING.replace("func init", "func other"));
  const args = await quickStart(folder, copy(), { timeoutMs: 10_000 });
  expect(args).toEqual([]);
});

test("an interrupted build is not taken for a library that we do not know", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(quickStart(folder, copy(), { timeoutMs: 10_000, signal })).rejects.toThrow("enough");
});
