import { strict as assert } from "node:assert";
import { test } from "node:test";
import { TEST } from "../../support/command";
import { filesUnder, startRotation } from "../../support/rotation";

const CANARY = "canary-6f31";

test("a reviewer reads what a deploy does to each secret; the plan is what is deployed", TEST, async (t) => {
  const rotation = await startRotation(t, `${CANARY}-one`);
  const { checkout } = rotation;
  const output: string[] = [];
  const preview = async (args: readonly string[] = [], code = 0) => {
    const command = await rotation.start("preview", ["--stack", "prod", "--markdown", "comment.md", ...args]);
    assert.equal(await command.exit(), code, command.output);
    output.push(command.output);
    return checkout.read("comment.md");
  };
  const set = (key: string, value: string) =>
    rotation.pulumi(["config", "set", "--secret", key, "--stack", "prod"], `${CANARY}-${value}`);
  const program = await checkout.read("index.ts");
  const added = '$1{ name: "API_KEY", ...configSecret("api-key") }, ';
  await checkout.write("index.ts", program.replace(/(secretTextBindings: \[)/, added));
  await set("api-key", "two");
  await set("secrets-demo", "three");

  assert.equal(
    await preview(["--save-plan", "plan.json"]),
    `<!-- npm run preview: cloudflare-worker-secrets/prod -->
### Preview of \`prod\`: secrets: 1 created, 1 changed

|  | Secret | Component | Source |
| --- | --- | --- | --- |
| + created | \`API_KEY\` | \`myScript\` | \`config:api-key\` |
| ~ changed | \`MY_SECRET_NAME_KEY\` | \`myScript\` | \`config:secrets-demo\` |

<details><summary>1 other resource changes</summary>

- update \`WorkersScript\` \`myScript\`: \`bindings\`

</details>
`,
  );
  const plan = checkout.file("plan.json");
  await set("secrets-demo", "four");
  const other = await rotation.start("deploy", ["--stack", "prod", "--plan", plan]);
  assert.equal(await other.exit(), 1);
  assert.match(other.output, /^error: .* violates plan: it would be deployed otherwise/m);
  output.push(other.output);
  assert.equal(await rotation.call(`${CANARY}-one`), 200);
  await set("secrets-demo", "three");
  const deployed = await rotation.start("deploy", ["--stack", "prod", "--plan", plan]);
  assert.equal(await deployed.exit(), 0, deployed.output);
  assert.equal(await rotation.call(`${CANARY}-three`), 200);

  await checkout.write("index.ts", program);
  assert.match(await preview(), /\n\| - removed \| `API_KEY` \| `myScript` \|/);
  await rotation.putByHand("BY_HAND", `${CANARY}-five`);
  const refused = await preview([], 1);
  assert.match(refused, /^### Preview of `prod`: refused$/m);
  assert.match(
    refused,
    /^```text\nThe Worker "gate" has bindings that this program does not declare.* BY_HAND /m,
  );
  assert.doesNotMatch(output.join("\n") + (await filesUnder(checkout.folder)), new RegExp(CANARY));
});
