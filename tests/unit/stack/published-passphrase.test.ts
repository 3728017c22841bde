import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { refusePublishedPassphrase } from "../../../published-passphrase";

const ROOT = path.join(__dirname, "../../..");
const DEV = fs.readFileSync(path.join(ROOT, "Pulumi.dev.yaml"), "utf8");
const VARIABLES = ["CLOUDFLARE_BASE_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"];
const before = VARIABLES.map((name) => [name, process.env[name]] as const);

let folder = "";

/** Runs the guard in a stack of this project, or of the project that the test wrote. */
function inStack(stack: string, config: Record<string, string> = {}): () => void {
  return () => {
    pulumi.runtime.setMockOptions(undefined, "cloudflare-worker-secrets", stack);
    pulumi.runtime.setAllConfig(config);
    refusePublishedPassphrase(fs.readdirSync(folder).length === 0 ? undefined : folder);
  };
}

function write(file: string, content: string): string {
  const place = path.join(folder, file);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.writeFileSync(place, content);
  return place;
}

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "stack-"));
  for (const name of VARIABLES) Reflect.deleteProperty(process.env, name);
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

afterAll(() => {
  for (const [name, value] of before) {
    if (value !== undefined) process.env[name] = value;
  }
});

test("the dev stack is refused on the real Cloudflare, with the commands that create your own stack", () => {
  expect(inStack("dev")).toThrow(pulumi.RunError);
  expect(inStack("dev")).toThrow(
    /pulumi stack init .*\n.*pulumi config set accountId .*\n.*config set --secret/,
  );
});

test.each([
  "http://127.0.0.1:8787/client/v4",
  "http://localhost:8787",
  "http://[::1]:8787",
  "http://127.9.9.9",
])("the dev stack deploys to %s", (url) => {
  process.env.CLOUDFLARE_BASE_URL = url;
  expect(inStack("dev")).not.toThrow();
});

test.each([
  "https://api.cloudflare.com/client/v4",
  "http://127.0.0.1.example.com",
  "http://10.0.0.1",
  "localhost",
  "",
])("the dev stack is refused at %p", (url) => {
  process.env.CLOUDFLARE_BASE_URL = url;
  expect(inStack("dev")).toThrow(pulumi.RunError);
});

test("the provider's config takes precedence over the environment, as in the provider", () => {
  process.env.CLOUDFLARE_BASE_URL = "http://127.0.0.1:8787/client/v4";
  expect(inStack("dev", { "cloudflare:baseUrl": "https://api.cloudflare.com/client/v4" })).toThrow(
    pulumi.RunError,
  );
  process.env.CLOUDFLARE_BASE_URL = "https://api.cloudflare.com/client/v4";
  expect(inStack("dev", { "cloudflare:baseUrl": "http://127.0.0.1:8787/client/v4" })).not.toThrow();
});

// Created with `pulumi stack init` and the passphrase "a passphrase of its own".
const OWN_SALT = "v1:9q2ceDnLdPU=:v1:qqJ95dyv/NSFRc96:OMjvMduLus6txNlFHXI6lq1P9ARgPA==";

test("a stack with its own passphrase deploys anywhere", () => {
  write("Pulumi.own.yaml", `encryptionsalt: ${OWN_SALT}\n`);
  expect(inStack("own")).not.toThrow();
});

test.each([
  ["unchanged", (file: string) => file],
  ["with its salt in double quotes", (file: string) => file.replace(/(v1:\S+)/, '"$1"')],
  ["with its salt in single quotes", (file: string) => file.replace(/(v1:\S+)/, "'$1'")],
  ["with its salt folded", (file: string) => file.replace(/(v1:\S+)/, ">-\n  $1")],
  ["with its salt as a block", (file: string) => file.replace(/(v1:\S+)/, "|\n  $1")],
  ["with its key in quotes", (file: string) => file.replace("encryptionsalt:", '"encryptionsalt":')],
  ["with its salt behind an alias", (file: string) => file.replace(/(v1:\S+)/, "&salt $1")],
  ["with a comment after its salt", (file: string) => file.replace(/(v1:\S+)/, "$1 # mine")],
  ["with Windows line endings", (file: string) => file.replaceAll("\n", "\r\n")],
])("a copy of the dev stack under another name is also refused, %s", (_, edit) => {
  write("Pulumi.copy.yaml", edit(DEV));
  expect(inStack("copy")).toThrow(/Stack "copy".*its config is encrypted with/);
});

test.each([
  ["Pulumi.yaml", "stackConfigDir: stacks\n", "stacks/Pulumi.copy.yaml"],
  ["Pulumi.yaml", "config: stacks\n", "stacks/Pulumi.copy.yaml"],
  ["Pulumi.yml", "name: mine\n", "Pulumi.copy.yml"],
  ["Pulumi.json", '{ "stackConfigDir": "stacks" }', "stacks/Pulumi.copy.json"],
])("a stack file at the path that %s sets (%j) is found", (project, content, file) => {
  write(project, content);
  write(file, DEV);
  expect(inStack("copy")).toThrow(/its config is encrypted with/);
});

test("a stack with a key in a cloud key service deploys anywhere", () => {
  write("Pulumi.kms.yaml", "secretsprovider: awskms://alias/pulumi\nencryptedkey: abc\n");
  expect(inStack("kms")).not.toThrow();
});

describe("with --config-file, the passphrase in the environment decides", () => {
  beforeEach(() => {
    write("Pulumi.own.yaml", `encryptionsalt: ${OWN_SALT}\n`);
  });

  test("in PULUMI_CONFIG_PASSPHRASE", () => {
    process.env.PULUMI_CONFIG_PASSPHRASE = "playground";
    expect(inStack("own")).toThrow(/Stack "own".*PULUMI_CONFIG_PASSPHRASE/);
    expect(inStack("without-a-file")).toThrow(pulumi.RunError);
    process.env.PULUMI_CONFIG_PASSPHRASE = "a passphrase of its own";
    expect(inStack("own")).not.toThrow();
  });

  test.each(["playground", "playground\n", "  playground\r\n"])("in a file with %j", (content) => {
    process.env.PULUMI_CONFIG_PASSPHRASE_FILE = write("passphrase", content);
    expect(inStack("own")).toThrow(pulumi.RunError);
    // Pulumi then does not read the file.
    process.env.PULUMI_CONFIG_PASSPHRASE = "a passphrase of its own";
    expect(inStack("own")).not.toThrow();
  });

  test.each(["", "a-file-that-is-not-there"])("a file named %j gives no passphrase", (file) => {
    process.env.PULUMI_CONFIG_PASSPHRASE_FILE = file;
    expect(inStack("own")).not.toThrow();
    expect(inStack("without-a-file")).not.toThrow();
  });
});
