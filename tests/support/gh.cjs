/**
 * Stands in for GitHub's CLI: does to the files in GITHUB_FOLDER what the calls of this project's workflows would do on
 * GitHub. Any other call is an error.
 */
const fs = require("node:fs");
const path = require("node:path");
const { parseArgs } = require("node:util");

const folder = process.env.GITHUB_FOLDER ?? "";
const value = { type: "string" };
const names = [
  "repo",
  "pattern",
  "name",
  "dir",
  "jq",
  "method",
  "field",
  "state",
  "author",
  "search",
  "json",
  "title",
  "body",
];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    ...Object.fromEntries(names.map((name) => [name, value])),
    paginate: { type: "boolean" },
    silent: { type: "boolean" },
  },
});

function kept(name) {
  const file = path.join(folder, name);
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, "utf8")) : [];
}

function keep(name, list) {
  fs.writeFileSync(path.join(folder, name), JSON.stringify(list));
}

function download() {
  if (positionals[2] !== process.env.GITHUB_RUN_ID) throw new Error("another run");
  const artifacts = path.join(folder, "artifacts");
  const { name, pattern = "", dir = "." } = values;
  if (name !== undefined) return fs.cpSync(path.join(artifacts, name), dir, { recursive: true });
  const found = fs.readdirSync(artifacts).filter((one) => one.startsWith(pattern.replace("*", "")));
  if (found.length === 0) throw new Error("no artifact matches");
  for (const one of found) fs.cpSync(path.join(artifacts, one), path.join(dir, one), { recursive: true });
}

function body() {
  const [, file = ""] = /^body=@(.+)$/.exec(values.field ?? "") ?? [];
  return fs.readFileSync(file, "utf8");
}

/** The comments of workflows: the id and the first line of each. */
const BY_WORKFLOWS =
  '.[] | select(.user.login == "github-actions[bot]") | "\\(.id) \\(.body | split("\\n")[0])"';

function api(place) {
  const comments = kept("comments.json");
  const [, number, id] = /\/issues\/(?:(\d+)\/comments|comments\/(\d+))$/.exec(place) ?? [];
  if (values.method === "PATCH") {
    keep(
      "comments.json",
      comments.map((one) => (String(one.id) === id ? { ...one, body: body() } : one)),
    );
  } else if (values.field !== undefined) {
    keep("comments.json", [
      ...comments,
      { id: comments.length + 1, number, login: "github-actions[bot]", body: body() },
    ]);
  } else {
    if (values.jq !== BY_WORKFLOWS) throw new Error(`unknown filter: ${values.jq}`);
    const own = comments.filter((one) => one.number === number && one.login === "github-actions[bot]");
    for (const { id, body } of own) console.log(`${id} ${body.split("\n")[0]}`);
  }
}

const [command, operation, argument] = positionals;
if (command === "run" && operation === "download") download();
else if (command === "api" && operation.endsWith("/commits/main")) console.log(process.env.MAIN_SHA);
else if (command === "api") api(operation);
else if (command === "issue" && operation === "list")
  console.log(kept("issues.json").length === 0 ? "" : "1");
else if (command === "issue" && operation === "create") keep("issues.json", [values.title]);
else if (command === "issue" && operation === "comment" && argument === "1") {
  keep("issues.json", [...kept("issues.json"), values.body]);
} else throw new Error(`unknown call: ${process.argv.slice(2).join(" ")}`);
