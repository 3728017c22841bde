import { plural } from "../../kit/plural";
import { badge, code, facts, joined, KINDS, type Markup, markup } from "./page-text";
import type { AuditedSecret, Report } from "./report";

/** With more secrets than this, all tables are folded at first. */
const OPEN_UP_TO = 100;

/** A secret with its element ids on the page. */
export interface OnPage extends AuditedSecret {
  /** The id of its cell. */
  readonly id: string;
  /** The id of the list of secrets with the same value, if there are others. */
  readonly value: string;
}

/** All secrets, in a table for each role of a Worker: environments across, secrets down. */
export function matrix({ project, environments }: Report, all: readonly OnPage[]): Markup {
  const sections = byName(roles(project, all)).map(([role, secrets]) => {
    const kinds = KINDS.map((kind) => ({ kind, amount: secrets.filter(kind.is).length }));
    const found = kinds.filter(({ amount }) => amount > 0);
    const badges = markup`${joined(
      found.map(({ kind, amount }) => badge(kind, `${amount} `)),
      " ",
    )}`;
    return fold(role, badges, table(role, secrets, environments), all.length <= OPEN_UP_TO);
  });
  return markup`${joined(sections, "\n")}`;
}

/**
 * Groups Workers with the same role in different environments: `shop-staging` and `shop-prod` are both `shop`. If no
 * environment has more than one Worker, all have the same role, whatever their names.
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

function table(role: string, secrets: Group<OnPage>, environments: readonly string[]): Markup {
  const position = ({ environment }: OnPage) => environments.indexOf(environment);
  const columns = [...groups(secrets, column).values()].map(([secret]) => secret);
  columns.sort((a, b) => position(a) - position(b));
  const accounts = groups(secrets, ({ accountId }) => accountId).size;
  const heads = columns.map((secret) => head(secret, accounts > 1));
  const rows = byName(groups(secrets, ({ binding }) => binding)).map(([binding, row]) => {
    const cells = new Map(row.map((secret) => [column(secret), secret]));
    const found = columns.map((head) => cell(cells.get(column(head)), head));
    return markup`<tr><th scope="row">${code(binding)}</th>${found}</tr>`;
  });
  return markup`<div class="scroll" role="region" tabindex="0" aria-label="Secrets of ${role}"><table>
<caption>${role}: ${plural(rows.length, "secret")} in ${plural(columns.length, "Worker")}</caption>
<thead><tr><th scope="col">Secret</th>${heads}</tr></thead>
<tbody>
${joined(rows, "\n")}
</tbody></table></div>`;
}

function head({ environment, worker, accountId }: OnPage, showAccount: boolean): Markup {
  const account = showAccount ? markup`<br>account ${code(accountId)}` : "";
  return markup`<th scope="col">${environment}<br>${code(worker)}${account}</th>`;
}

function cell(secret: OnPage | undefined, { environment, worker }: OnPage): Markup {
  // For print, where wide tables wrap and lose their column heads.
  const column = markup`data-column="${environment} ${worker}"`;
  if (secret === undefined) {
    return markup`<td ${column}><span aria-hidden="true">–</span> not there</td>`;
  }
  const kinds = KINDS.filter((kind) => kind.is(secret));
  const badges = joined(
    kinds.map((kind) => badge(kind)),
    " ",
  );
  const lines = [markup`${badges}`, ...facts(secret), ...shared(secret)];
  const worst = kinds[0]?.id ?? "";
  return markup`<td id="${secret.id}" class="${worst}" ${column}>${joined(lines, markup`<br>`)}</td>`;
}

/** Names one secret and links to the list, which would be too long to repeat in each cell. */
function shared({ sharedWith: [first, ...others], value }: OnPage): Markup[] {
  const more = others.length === 0 ? "" : markup` and <a href="#${value}">${others.length} more</a>`;
  return first === undefined ? [] : [markup`same value as ${code(first)}${more}`];
}

/** Each Worker has its own column, even two in the same environment. */
function column({ environment, accountId, worker }: AuditedSecret): string {
  return JSON.stringify([environment, accountId, worker]);
}

/** A foldable part of the page. Browsers unfold it when a link leads into it. */
export function fold(heading: Markup | string, more: Markup | string, body: Markup, isOpen: boolean): Markup {
  return markup`<details${isOpen ? " open" : ""}><summary><h3>${heading}</h3> ${more}</summary>\n${body}\n</details>`;
}

type Group<T> = [T, ...T[]];

/** Groups items by a common key. */
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
