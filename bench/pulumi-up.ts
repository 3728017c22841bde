import { fork } from "node:child_process";
import type { World } from "./world";

/**
 * Runs `pulumi up` in a process of its own, because what it loads and starts is part of a deploy.
 *
 * @param program what deploy-once.ts reads of the program to deploy
 */
export async function pulumiUp(
  { cloudflare, provider }: World,
  folder: string,
  stackName: string,
  program: Readonly<Record<string, string>>,
): Promise<void> {
  const env = {
    ...process.env,
    DEPLOY_FOLDER: folder,
    DEPLOY_NAME: stackName,
    DEPLOY_PROVIDER: provider.kind,
    CLOUDFLARE_BASE_URL: cloudflare.baseUrl,
    CLOUDFLARE_API_TOKEN: cloudflare.apiToken,
    ...program,
  };
  const child = fork(require.resolve("./deploy-once.ts"), { env });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject).on("exit", resolve);
  });
  if (code !== 0) throw new Error(`pulumi up ended with ${code ?? "a signal"}`);
}
