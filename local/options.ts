import { UsageError } from "../kit/command/command";

/** The options of both `npm start` and `npm run dev`. */
export const SESSION_OPTIONS = {
  stack: { value: "STACK", help: "the stack, whose config is in Pulumi.STACK.yaml", default: "dev" },
} as const;

/** @throws UsageError */
export function portOption(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new UsageError("expected a number up to 65535; 0 takes any free port");
}
