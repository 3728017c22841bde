import { strict as assert } from "node:assert";
import { test } from "node:test";
import { TEST } from "../../support/command";
import { Session } from "../../support/recording/session";
import { filesUnder, startRotation } from "../../support/rotation";

const CANARY = "canary-6f31";

test("a reviewer reads what a deploy does to each secret; the plan is what is deployed", TEST, async (t) => {
  const rotation = await startRotation(t, `${CANARY}-one`);
  const { checkout } = rotation;
  // What a reader of the README sees of this test.
  const session = new Session(rotation);
  const output: string[] = [];
  const PREVIEW = ["--stack", "prod", "--markdown", "comment.md"];
  const commentOf = async (printed: Promise<string>) => {
    output.push(await printed);
    return checkout.read("comment.md");
  };
  const set = (key: string, value: string) =>
    rotation.pulumi(["config", "set", "--secret", key, "--stack", "prod"], `${CANARY}-${value}`);
  const program = await checkout.read("index.ts");
  const added = '$1{ name: "API_KEY", ...configSecret("api-key") }, ';
  await checkout.write("index.ts", program.replace(/(secretTextBindings: \[)/, added));
  await set("api-key", "two");
  await set("secrets-demo", "three");

  session.says("index.ts has one more secret, API_KEY, and secrets-demo a new value.");
  assert.equal(
    await commentOf(session.run("preview", [...PREVIEW, "--save-plan", "plan.json"])),
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
  output.push(await session.run("deploy", ["--stack", "prod", "--plan", "plan.json"]));
  assert.equal(await rotation.call(`${CANARY}-three`), 200);

  await checkout.write("index.ts", program);
  assert.match(
    await commentOf(session.runUnseen("preview", PREVIEW)),
    /\n\| - removed \| `API_KEY` \| `myScript` \|/,
  );
  session.says("index.ts is as before, and a colleague has added the secret BY_HAND in the dashboard.");
  await rotation.putByHand("BY_HAND", `${CANARY}-five`);
  const refused = await commentOf(session.run("preview", PREVIEW, 1));
  assert.match(refused, /^### Preview of `prod`: refused$/m);
  assert.match(
    refused,
    /^```text\nThe Worker "gate" has bindings that this program does not declare.* BY_HAND /m,
  );
  await session.end();
  assert.doesNotMatch(output.join("\n") + (await filesUnder(checkout.folder)), new RegExp(CANARY));
});
