import { StackConfig } from "../../../commands/rotate/stack-config";
import { fakeCli, GitFolder } from "../../support/fake-cli";

test("a key that only an ESC environment can have is refused before its value is read", async () => {
  const folder = new GitFolder();
  folder.write("Pulumi.prod.yaml", "environment: [shop/prod]\n");
  const shown = JSON.stringify({ "p:key": { value: "canary", secret: true } });
  const cli = fakeCli(folder.root, {
    [`config --show-secrets --json --stack prod --config-file ${folder.file("Pulumi.prod.yaml")}`]: shown,
  });
  const config = await StackConfig.open(cli, "prod", { key: "key", stack: "prod" });
  try {
    await expect(config.read()).rejects.toThrow(
      /only a Pulumi ESC environment .*\n {2}- pulumi env edit shop\/prod$/,
    );
    folder.write("Pulumi.prod.yaml", "environment: [shop/prod]\nconfig:\n  p:key:\n    secure: v1:a\n");
    expect((await config.read()).held.current).toBe("canary");
  } finally {
    await config.close();
    folder.remove();
  }
});
