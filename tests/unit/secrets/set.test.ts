import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { parse, stringify } from "yaml";
import { setSecrets } from "../../../commands/secrets/set";
import { listEntries } from "../../../component/contract/secret-list";
import { Interrupted } from "../../../kit/command/interruption";
import type { PulumiCli } from "../../../kit/pulumi-cli";
import { fakeCli } from "../../support/fake-cli";

const ENTRIES = listEntries({ shop: { A: { from: { config: "a" } }, B: { from: { config: "b" } } } });
const BEFORE = `config:\n  p:a:\n    secure: '${Buffer.from("one").toString("hex")}'\n`;

let folder: string;
let calls: string[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "set-secrets-"));
  fs.writeFileSync(path.join(folder, "Pulumi.prod.yaml"), BEFORE);
  calls = [];
});

afterEach(() => {
  expect(fs.readdirSync(folder)).toEqual(["Pulumi.prod.yaml"]);
  fs.rmSync(folder, { recursive: true });
});

type Config = Record<string, string | { secure: string }>;

const encrypt = (text: string) => Buffer.from(text).toString("hex");
const decrypt = (text: string) => Buffer.from(text, "hex").toString();

/**
 * A Pulumi CLI that encrypts as hexadecimal digits.
 *
 * @param keeps what it keeps of a value
 */
function cli(keeps = (value: string) => value, onSet?: () => void): PulumiCli {
  return {
    ...fakeCli(folder, {}),
    run(args, input = "") {
      const [, what, key = ""] = args;
      const file = args.at(-1) ?? "";
      const { config } = parse(fs.readFileSync(file, "utf8")) as { config: Config };
      const value = keeps(input.replace(/\n$/, ""));
      calls.push(args.slice(0, 4).join(" "));
      if (what === "set") {
        fs.writeFileSync(
          file,
          stringify({ config: { ...config, [`p:${key}`]: { secure: encrypt(value) } } }),
        );
        onSet?.();
      }
      const entries = Object.entries(config).map(([name, kept]) => [
        name,
        { value: typeof kept === "string" ? kept : decrypt(kept.secure) },
      ]);
      return Promise.resolve(what === "set" ? "" : JSON.stringify(Object.fromEntries(entries)));
    },
  };
}

const content = () => fs.readFileSync(path.join(folder, "Pulumi.prod.yaml"), "utf8");

function set(text: string, pulumi = cli(), signal = new AbortController().signal) {
  return setSecrets(pulumi, "prod", ENTRIES, text, signal);
}

test("only a value that is another one is encrypted", async () => {
  expect(await set("A=one\nB=two")).toEqual({ added: ["b"], replaced: [], unchanged: ["a"] });
  expect(calls.filter((call) => call.startsWith("config set"))).toEqual(["config set b --secret"]);
  expect(content()).toContain(encrypt("two"));
  expect(await set("A=three")).toEqual({ added: [], replaced: ["a"], unchanged: [] });
});

test("a value in clear is encrypted, even if it is the same", async () => {
  fs.writeFileSync(path.join(folder, "Pulumi.prod.yaml"), "config:\n  p:a: one\n");
  expect(await set("A=one")).toEqual({ added: [], replaced: ["a"], unchanged: [] });
  expect(content()).toContain("secure");
});

test("nothing is set if Pulumi does not keep a value as it was given, which no message shows", async () => {
  const failed = set(
    "A=one\nB=canary ",
    cli((value) => value.slice(1)),
  );
  await expect(failed).rejects.toThrow(
    /^Pulumi does not keep the value as it was given: b\. Nothing was set\.$/,
  );
  expect(content()).toBe(BEFORE);
});

test("after an interruption nothing is set, whether or not all values are in the copy", async () => {
  for (const last of [1, 2]) {
    const interruption = new AbortController();
    calls = [];
    const count = () => calls.filter((call) => call.startsWith("config set")).length;
    const stopping = cli(undefined, () => {
      if (count() === last) interruption.abort();
    });
    await expect(set("A=two\nB=two", stopping, interruption.signal)).rejects.toThrow(Interrupted);
    expect(count()).toBe(last);
    expect(content()).toBe(BEFORE);
  }
});

test("without a file, the message says how to make it", async () => {
  const missing = setSecrets(cli(), "eu", ENTRIES, "A=1", new AbortController().signal);
  await expect(missing).rejects.toThrow(
    /^There is no Pulumi\.eu\.yaml\. .*: pulumi config set accountId <id> --stack eu$/,
  );
});

test("a project that declares a key which the stack lacks is told to remove the entry", async () => {
  const refusing = {
    ...cli(),
    run: () => Promise.reject(new Error("Stack 'prod' is missing configuration value 'c'")),
  };
  const setting = setSecrets(refusing, "prod", ENTRIES, "A=two", new AbortController().signal);
  await expect(setting).rejects.toThrow(/declares c under `config`[^]*Remove the secrets' entries there/);
});
