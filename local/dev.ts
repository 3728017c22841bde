import { defineCommand } from "../kit/command/command";
import { explain } from "../kit/explain";
import { main } from "./main";
import { CONFIG_FILES, ROOT, withSession, type Session, type SessionOptions } from "./session";
import { watchFiles } from "./watch";

const DEV = defineCommand({
  call: "npm run dev",
  summary: `
Deploys the dev stack to a Cloudflare on this machine and stays. When script.js, index.ts, component/ or the stack's
config changes, it shows a preview and deploys again. Ctrl-C destroys the stack and leaves nothing behind.`,
  positionals: {},
  options: {},
  notes: "",
});

const OTHER_COMMANDS = `  pulumi config set --secret secrets-demo
  npm run rotate -- secrets-demo --generate --no-deploy
  npm run audit
`;

void main(DEV, (options) => withSession(options, (session) => stay(session, options)));

async function stay(session: Session, options: SessionOptions): Promise<void> {
  const { log, signal } = options;
  const changes = watchFiles(ROOT, [".", "component", "component/worker-script"], isPartOfTheStack, signal);
  try {
    await attempt(session.deploy, options);
    log(`\nIn another terminal:\n  . ${session.environmentFile}\n${OTHER_COMMANDS}`);
    log("Waiting for changes. Ctrl-C destroys the stack and leaves.");
    for await (const names of changes) {
      log(`\nChanged: ${names.join(", ")}`);
      await attempt(async () => ((await session.preview()) ? session.deploy() : undefined), options);
    }
  } catch (error) {
    // Ctrl-C is how this ends, so it is no failure.
    if (!signal.aborted) {
      throw error;
    }
  } finally {
    log("\nInterrupted: destroying the stack. Ctrl-C again stops at once.");
    await session.destroy();
  }
}

function isPartOfTheStack(name: string): boolean {
  const files = ["script.js", "index.ts", "published-passphrase.ts", ...CONFIG_FILES];
  return files.includes(name) || /^component[\\/].*\.ts$/.test(name);
}

/** A mistake in the program is shown and waits to be mended; the Worker that is live goes on answering. */
async function attempt(deploy: () => Promise<string | undefined>, options: SessionOptions): Promise<void> {
  try {
    const url = await deploy();
    options.log(url === undefined ? "Nothing to deploy." : `\nThe Worker answers on ${url}`);
  } catch (error) {
    if (options.signal.aborted) {
      throw error;
    }
    options.log(`\nNot deployed. ${explain(error)}`);
  }
}
