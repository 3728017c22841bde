import { createRequire } from "node:module";
import * as path from "node:path";
import { parseArgs } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";

/**
 * Stands in for `pulumi up` and `pulumi preview` where Pulumi's Node language host cannot be had: the real engine, and the
 * program of the checkout in the working directory.
 */
async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      stack: { type: "string", default: "" },
      yes: { type: "boolean" },
      refresh: { type: "boolean" },
      "expect-no-changes": { type: "boolean", default: false },
      "non-interactive": { type: "boolean" },
      "policy-pack": { type: "string" },
    },
  });
  const load = createRequire(path.resolve("index.ts"));
  const { openInlineStack } = load("./kit/inline-stack.ts") as {
    openInlineStack: (cli: unknown, name: string) => Promise<Stack>;
  };
  const { findPulumi } = load("./kit/pulumi-cli.ts") as { findPulumi: () => Promise<unknown> };
  const onOutput = (text: string) => void process.stdout.write(text);
  const stack = await openInlineStack(await findPulumi(), values.stack);
  const { "policy-pack": policyPack } = values;
  const policyPacks = policyPack === undefined ? [] : [path.resolve(policyPack)];
  if (positionals[0] === "up") await stack.up({ onOutput, policyPacks });
  else {
    await stack.preview({
      onOutput,
      refresh: values.refresh === true,
      expectNoChanges: values["expect-no-changes"],
    });
  }
}

void main().catch(() => {
  // The engine has said why.
  process.exitCode = 1;
});
