import { plural } from "../../kit/plural";
import { visible } from "../../kit/visible";
import { type Comparison, isEditable } from "./compare";

/**
 * A line for each binding that is not as declared, and one for each Worker about which there is something else to say.
 *
 * @param isPlan whether the lines say what an edit would do
 */
export function lines(comparisons: readonly Comparison[], isPlan: boolean): string[] {
  const rows = comparisons.flatMap(({ worker, findings }) =>
    findings.map(({ name }) => [worker.script, name]),
  );
  const [script = 0, name = 0] = [0, 1].map((column) =>
    rows.reduce((widest, row) => Math.max(widest, visible(row[column] ?? "").length), 0),
  );
  return comparisons.flatMap((comparison) => {
    const { worker, findings, obstacle, isAsDeclared } = comparison;
    const told = findings.map((finding) => {
      const first = `${visible(worker.script).padEnd(script)}  ${visible(finding.name).padEnd(name)}`;
      return `${first}  ${visible(finding.says)}${isPlan && isEditable(comparison) ? intent(finding) : ""}`;
    });
    const rest = [...(isAsDeclared ? ["as declared"] : []), ...(obstacle === undefined ? [] : [obstacle])];
    return [
      ...told,
      ...(rest.length === 0 ? [] : [`${visible(worker.script)}: ${visible(rest.join(". "))}`]),
    ];
  });
}

function intent({ edit }: Comparison["findings"][number]): string {
  if (edit === undefined) return "";
  return edit === "remove" ? ": to be removed" : ": to be put back";
}

/** For example `Remove 1 secret and put back 2 on 3 Workers of stack prod?`. */
export function question(wanted: readonly Comparison[], stack: string): string {
  const edits = wanted.flatMap(({ findings }) => findings.flatMap(({ edit }) => edit ?? []));
  const removed = edits.filter((edit) => edit === "remove").length;
  const parts = [
    ...(removed > 0 ? [`remove ${plural(removed, "secret")}`] : []),
    ...(edits.length > removed ? [`put back ${plural(edits.length - removed, "secret")}`] : []),
  ].join(" and ");
  return `${parts.charAt(0).toUpperCase()}${parts.slice(1)} on ${plural(wanted.length, "Worker")} of stack ${visible(stack)}?`;
}
