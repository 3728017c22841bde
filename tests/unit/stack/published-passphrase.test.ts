import * as fs from "node:fs";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { refusePublishedPassphrase } from "../../../published-passphrase";

const ROOT = path.join(__dirname, "../../..");
const { CLOUDFLARE_BASE_URL, PULUMI_CONFIG_PASSPHRASE } = process.env;

function inStack(stack: string, config: Record<string, string> = {}): () => void {
  return () => {
    pulumi.runtime.setMockOptions(undefined, "cloudflare-worker-secrets", stack);
    pulumi.runtime.setAllConfig(config);
    refusePublishedPassphrase();
  };
}

/** A stack's config file beside index.ts, for as long as the test runs. */
function withStackFile(stack: string, content: string, test: () => void): void {
  const file = path.join(ROOT, `Pulumi.${stack}.yaml`);
  fs.writeFileSync(file, content);
  try {
    test();
  } finally {
    fs.rmSync(file);
  }
}

beforeEach(() => {
  delete process.env.CLOUDFLARE_BASE_URL;
  delete process.env.PULUMI_CONFIG_PASSPHRASE;
});

afterAll(() => {
  for (const [name, value] of Object.entries({ CLOUDFLARE_BASE_URL, PULUMI_CONFIG_PASSPHRASE })) {
    if (value !== undefined) {
      process.env[name] = value;
    }
  }
});

test("the dev stack is refused on the real Cloudflare, with the commands that make a stack of one's own", () => {
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

test("the provider's own config goes before the environment, as it does in the provider", () => {
  process.env.CLOUDFLARE_BASE_URL = "http://127.0.0.1:8787/client/v4";
  expect(inStack("dev", { "cloudflare:baseUrl": "https://api.cloudflare.com/client/v4" })).toThrow(
    pulumi.RunError,
  );
  process.env.CLOUDFLARE_BASE_URL = "https://api.cloudflare.com/client/v4";
  expect(inStack("dev", { "cloudflare:baseUrl": "http://127.0.0.1:8787/client/v4" })).not.toThrow();
});

test("a stack with a passphrase of its own deploys anywhere", () => {
  // Made with `pulumi stack init` under the passphrase "a passphrase of its own".
  const salt = "v1:9q2ceDnLdPU=:v1:qqJ95dyv/NSFRc96:OMjvMduLus6txNlFHXI6lq1P9ARgPA==";
  withStackFile("unit-own", `encryptionsalt: ${salt}\n`, () => {
    expect(inStack("unit-own")).not.toThrow();
  });
});

test.each([
  ["as it is", (file: string) => file],
  ["with its salt in quotes", (file: string) => file.replace(/(v1:\S+)/, '"$1"')],
  ["with a comment behind its salt", (file: string) => file.replace(/(v1:\S+)/, "$1 # mine")],
  ["with Windows line ends", (file: string) => file.replaceAll("\n", "\r\n")],
])("a copy of the dev stack under another name is refused too, %s", (_, edit) => {
  withStackFile("unit-copy", edit(fs.readFileSync(path.join(ROOT, "Pulumi.dev.yaml"), "utf8")), () => {
    expect(inStack("unit-copy")).toThrow(/Stack "unit-copy"/);
  });
});

test("a stack whose key is in a cloud's key service deploys anywhere", () => {
  withStackFile("unit-kms", "secretsprovider: awskms://alias/pulumi\nencryptedkey: abc\n", () => {
    expect(inStack("unit-kms")).not.toThrow();
  });
});

test("a stack whose file is elsewhere is judged by the passphrase in the environment", () => {
  expect(inStack("unit-nowhere")).not.toThrow();
  process.env.PULUMI_CONFIG_PASSPHRASE = "playground";
  expect(inStack("unit-nowhere")).toThrow(pulumi.RunError);
});
