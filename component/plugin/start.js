// Serves the components to programs in other languages than TypeScript: Pulumi's host for Node.js runs this file for
// `pulumi package add`. esbuild takes half of the time that a loader for TypeScript would, and reads no tsconfig.json of the
// program's, in whose folder this runs.
const { buildSync } = require("esbuild");

const { outputFiles } = buildSync({
  absWorkingDir: __dirname,
  entryPoints: ["../provider.ts"],
  bundle: true,
  packages: "external",
  platform: "node",
  target: "node20",
  write: false,
});
module._compile(outputFiles[0].text, __filename);
