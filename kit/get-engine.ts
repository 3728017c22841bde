import { findEngine } from "./engine";

/** Gets Pulumi's engine before the end-to-end tests, so that a download or a build is seen and done once. */
findEngine().then(
  ({ version, origin }) => {
    process.stdout.write(`Engine      pulumi ${version} (${origin})\n`);
  },
  (error: unknown) => {
    process.exitCode = 1;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  },
);
