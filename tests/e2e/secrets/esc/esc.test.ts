import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { test } from "node:test";
import { goClients, skipWithout } from "../../../support/clients";

const CANARY = "canary-4b7f21";
const FILE = path.join(__dirname, "../../../../docs/esc/shop-prod.yaml");
const TEST = { timeout: 600_000, skip: skipWithout("Go", "go", ["version"]) };

const text = { type: "string" };
const any = true;

/** The inputs that a provider takes; all of them are required, and no others are known. */
function takes(properties: Record<string, unknown>) {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

const mapOf = (item: unknown) => ({ type: "object", additionalProperties: item });

/** Pulumi's providers run in Pulumi Cloud. Their inputs, as far as the file has them: https://www.pulumi.com/docs/esc/ */
const PROVIDERS = {
  "aws-login": { inputs: takes({ oidc: takes({ roleArn: text, sessionName: text }) }), outputs: {} },
  "aws-secrets": {
    inputs: takes({ region: text, login: any, get: mapOf(takes({ secretId: text })) }),
    outputs: { database: JSON.stringify({ password: `${CANARY}-aws` }) },
  },
  "gcp-login": {
    inputs: takes({
      project: { type: "number" },
      oidc: takes({ workloadPoolId: text, providerId: text, serviceAccount: text }),
    }),
    outputs: {},
  },
  "gcp-secrets": {
    inputs: takes({ login: any, access: mapOf(takes({ name: text })) }),
    outputs: { "api-key": `${CANARY}-gcp` },
  },
  "vault-login": { inputs: takes({ address: text, jwt: takes({ role: text }) }), outputs: {} },
  "vault-secrets": {
    inputs: takes({ login: any, read: mapOf(takes({ path: text })) }),
    outputs: { signing: { data: { "private-key": `${CANARY}-vault` }, metadata: { version: 7 } } },
  },
};

interface Evaluated {
  readonly problems: readonly string[];
  readonly pulumiConfig?: { readonly value: Record<string, { value: string; secret?: boolean }> };
}

test(
  "ESC's own evaluator finds no fault with the environment, and the stack gets secrets of three managers",
  TEST,
  async (t) => {
    const program = path.join(await goClients(__dirname), "esc-check");
    const evaluate = (file: string) =>
      JSON.parse(
        execFileSync(program, [file], { input: JSON.stringify(PROVIDERS), encoding: "utf8" }),
      ) as Evaluated;

    const { problems, pulumiConfig } = evaluate(FILE);
    assert.deepEqual(problems, []);
    const config = Object.entries(pulumiConfig?.value ?? {}).map(([key, { value, secret }]) => [
      key,
      value,
      secret,
    ]);
    assert.deepEqual(config.sort(), [
      ["api-key", `${CANARY}-gcp`, true],
      ["database-password", `${CANARY}-aws`, true],
      ["signing-key", `${CANARY}-vault`, true],
    ]);

    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "esc-"));
    t.after(() => {
      fs.rmSync(folder, { recursive: true });
    });
    const broken = path.join(folder, "broken.yaml");
    const wrong = [
      ["${aws.secrets.database}", "${aws.secret.database}", /unknown property "secret"/],
      ["roleArn:", "role:", /role/],
      ["aws-secrets:", "aws-secret:", /aws-secret/],
    ] as const;
    for (const [right, mistake, expected] of wrong) {
      fs.writeFileSync(broken, fs.readFileSync(FILE, "utf8").replace(right, mistake));
      assert.match(evaluate(broken).problems.join("\n"), expected);
    }
  },
);
