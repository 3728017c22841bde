import { badge, code, count, escape, facts, KINDS } from "./page-text";
import type { AuditedSecret, Report } from "./report";

/** So many secrets stay unfolded. */
const OPEN_UP_TO = 100;

/** A secret with the ids of its places on the page. */
export interface OnPage extends AuditedSecret {
  /** Its cell. */
  readonly id: string;
  /** The list of all that have the same value, where there are others. */
  readonly value: string;
}

/** All secrets, in a table for each role of a Worker: environments across, secrets down. */
export function matrix({ project, environments }: Report, all: readonly OnPage[]): string {
  const sections = byName(roles(project, all)).map(([role, secrets]) => {
    const kinds = KINDS.map((kind) => ({ kind, amount: secrets.filter(kind.is).length }));
    const found = kinds.filter(({ amount }) => amount > 0);
    const badges = found.map(({ kind, amount }) => badge(kind, `${amount} `)).join(" ");
    return fold(escape(role), badges, table(role, secrets, environments), all.length <= OPEN_UP_TO);
  });
  return sections.join("\n");
}

/**
 * Workers that do the same in different environments: `shop-staging` and `shop-prod` are both `shop`. Where
 * no environment has more than one, all do the same, whatever they are called.
 */
function roles(project: string, secrets: readonly OnPage[]): Map<string, Group<OnPage>> {
  const single = groups(secrets, column).size === groups(secrets, ({ environment }) => environment).size;
  return groups(secrets, (secret) => (single ? project : roleOf(secret)));
}

function roleOf({ worker, environment }: AuditedSecret): string {
  // A full name is organization/project/stack.
  const stack = environment.split("/").at(-1) ?? environment;
  const shorter = ["-", "_"].map((sign) =>
    `${sign}${worker}${sign}`.replace(`${sign}${stack}${sign}`, sign).slice(1, -1),
  );
  return shorter.find((name) => name !== worker && name !== "") ?? worker;
}

function table(role: string, secrets: Group<OnPage>, environments: readonly string[]): string {
  const position = ({ environment }: OnPage) => environments.indexOf(environment);
  const columns = [...groups(secrets, column).values()].map(([secret]) => secret);
  columns.sort((a, b) => position(a) - position(b));
  const accounts = groups(secrets, ({ accountId }) => accountId).size;
  const heads = columns.map((secret) => head(secret, accounts > 1));
  const rows = byName(groups(secrets, ({ binding }) => binding)).map(([binding, row]) => {
    const cells = new Map(row.map((secret) => [column(secret), secret]));
    const found = columns.map((head) => cell(cells.get(column(head)), head));
    return `<tr><th scope="row">${code(binding)}</th>${found.join("")}</tr>`;
  });
  const name = escape(role);
  return `<div class="scroll" role="region" tabindex="0" aria-label="Secrets of ${name}"><table>
<caption>${name}: ${count(rows.length, "secret")} in ${count(columns.length, "Worker")}</caption>
<thead><tr><th scope="col">Secret</th>${heads.join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table></div>`;
}

function head({ environment, worker, accountId }: OnPage, showAccount: boolean): string {
  const account = showAccount ? `<br>account ${code(accountId)}` : "";
  return `<th scope="col">${escape(environment)}<br>${code(worker)}${account}</th>`;
}

function cell(secret: OnPage | undefined, { environment, worker }: OnPage): string {
  // For paper, which has no room for the heads of all columns.
  const column = `data-column="${escape(environment)} ${escape(worker)}"`;
  if (secret === undefined) {
    return `<td ${column}><span aria-hidden="true">–</span> not there</td>`;
  }
  const kinds = KINDS.filter((kind) => kind.is(secret));
  const lines = [kinds.map((kind) => badge(kind)).join(" "), ...facts(secret), ...shared(secret)];
  const worst = kinds[0]?.id ?? "";
  return `<td id="${secret.id}" class="${worst}" ${column}>${lines.join("<br>")}</td>`;
}

/** One by name, and a link to all: a fleet's list would be in each of its cells. */
function shared({ sharedWith: [first, ...others], value }: OnPage): string[] {
  const more = others.length === 0 ? "" : ` and <a href="#${value}">${others.length} more</a>`;
  return first === undefined ? [] : [`same value as ${code(first)}${more}`];
}

/** Two Workers of one environment have a column each. */
function column({ environment, accountId, worker }: AuditedSecret): string {
  return JSON.stringify([environment, accountId, worker]);
}

/** What can be folded. A browser unfolds by itself what a link leads to. */
export function fold(heading: string, more: string, body: string, isOpen: boolean): string {
  return `<details${isOpen ? " open" : ""}><summary><h3>${heading}</h3> ${more}</summary>\n${body}\n</details>`;
}

type Group<T> = [T, ...T[]];

/** Items by what they have in common. */
export function groups<T>(items: readonly T[], key: (item: T) => string): Map<string, Group<T>> {
  const found = new Map<string, Group<T>>();
  for (const item of items) {
    const group = found.get(key(item));
    if (group === undefined) {
      found.set(key(item), [item]);
    } else {
      group.push(item);
    }
  }
  return found;
}

function byName<T>(found: Map<string, T>): [string, T][] {
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}
