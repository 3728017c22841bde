/** What runs the program, which is no part of it: in a checkout, and in the packages. */
const RUNNER = /kit\/stack-program\.ts|node_modules\/cloudflare-worker-secrets(?:-local)?\//;

/** The SDK's and the engine's last words, which only say that there were errors. */
const SUMMARY =
  /^(?:Running program .* failed with an unhandled exception|One or more errors occurred|(?:preview|update) failed)/;

/**
 * Shortens a diagnostic message of the engine: without its colours and the name of a hook, and of a stack only the first frame in the checkout.
 *
 * @param root the checkout, which is taken out of paths
 * @returns undefined if the message only says that there were errors
 */
export function engineMessage(message: string, root: string): string | undefined {
  const lines = message
    .replaceAll(/<\{%[^%]*%\}>/g, "")
    .replace(
      /^(?:(?:error|warning): )?(?:Unhandled exception: |Preview failed: )?(?:\w+ hook "[^"]*" failed: )?/,
      "",
    )
    .replaceAll(`${root}/`, "")
    .trim()
    .split("\n")
    .filter((line) => !RUNNER.test(line));
  const first = lines.findIndex((line) => /^\s+at /.test(line));
  const own = lines
    .slice(first)
    .find((line) => /^\s+at /.test(line) && !/node_modules|node:|\(\//.test(line));
  const kept = first === -1 ? lines : [...lines.slice(0, first), ...(own === undefined ? [] : [own])];
  const text = kept.join("\n");
  // With more lines, it has the reason too.
  return !text.includes("\n") && SUMMARY.test(text) ? undefined : text;
}
