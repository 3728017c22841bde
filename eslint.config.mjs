import pulumi from "@pulumi/eslint-plugin";
import boundaries from "eslint-plugin-boundaries";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** Which room may import from which others: docs/architecture.md has the picture and the reasons. */
const ARROWS = {
  // The files at the top: index.ts and what belongs to it.
  stack: ["bundle", "component", "secrets"],
  examples: ["bundle", "component", "secrets"],
  contract: [],
  component: ["contract"],
  secrets: ["contract"],
  policy: ["contract"],
  bundle: ["contract"],
  kit: ["contract"],
  commands: ["contract", "kit"],
  local: ["contract", "kit", "stack"],
  package: ["contract", "kit", "commands", "stack"],
  harness: ["contract", "kit", "local", "secrets"],
};
const rooms = Object.keys(ARROWS);

const roomOf = [
  { category: "contract", pattern: "component/contract/**", stopMatching: true },
  { category: "commands", pattern: "commands/*/**", capture: ["command"], stopMatching: true },
  ...[...rooms, "bench", "tests"].map((room) => ({ category: room, pattern: `${room}/**` })),
  { category: "docs", pattern: "docs/.vitepress/**" },
  { category: "stack", pattern: "*" },
];

/** @param {string} from @param {readonly string[]} to */
function allow(from, to) {
  return { from: { file: { categories: from } }, allow: { to: { file: { categories: { anyOf: to } } } } };
}

export default defineConfig(
  { ignores: ["coverage/", "dist/"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    plugins: { "@pulumi": pulumi, boundaries },
    languageOptions: {
      // One project for all files: with the service, each example would load the provider's types again.
      parserOptions: { project: "tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    settings: {
      "import/resolver": { node: { extensions: [".ts", ".js"] } },
      "boundaries/files": roomOf,
    },
    rules: {
      "boundaries/dependencies": [
        "error",
        {
          default: "disallow",
          policies: [
            ...rooms.map((room) => allow(room, [room, ...ARROWS[room]])),
            {
              from: { file: { categories: "commands" } },
              disallow: {
                to: {
                  file: { categories: "commands", captured: { command: "!{{from.file.captured.command}}" } },
                },
              },
              message: "A command does not know another: what they share is in kit/",
            },
            allow("bench", [...rooms, "bench"]),
            allow("docs", ["docs", "stack"]),
            allow("tests", [...rooms, "bench", "docs", "tests"]),
          ],
        },
      ],
      "boundaries/no-unknown-files": "error",
      "boundaries/no-unknown-dependencies": "error",
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "error",
      "no-restricted-properties": [
        "error",
        { object: "pulumi", property: "unsecret", message: "A secret's value never leaves encryption." },
      ],
      // node's test runner waits for its tests by itself.
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", name: "test", package: "node:test" }] },
      ],
      // Numbers read well in messages; everything else in a template is still an error.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
    },
  },
  {
    files: ["**/*.ts"],
    ignores: ["tests/**"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^cloudflare(/|$)",
              message: "Each start would load a thousand files: use kit/cloudflare-api.ts.",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["component/**/*.ts", "policy/**/*.ts"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              regex: "^(?!\\.|node:|@pulumi/|@cloudflare/workers-types$)",
              message: "Others install it: it depends on @pulumi/* only.",
            },
          ],
        },
      ],
    },
  },
);
