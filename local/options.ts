/** The options of both `npm start` and `npm run dev`. */
export const SESSION_OPTIONS = {
  stack: { value: "STACK", help: "the stack, whose config is in Pulumi.STACK.yaml", default: "dev" },
} as const;
