import * as path from "node:path";
import { otherLines } from "../../../commands/from-v5/others";
import { V6Types } from "../../../commands/from-v5/v6-types";
import { resource, ROUTE, script, sealed } from "../../support/v5-state";

const pulumi = (...words: string[]) => `pulumi ${words.join(" ")}`;
/** The SDK that this project has. */
const types = new V6Types();
const index = (name: string) => `cloudflare:index/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`;

test.each([
  ["WorkersKvNamespace", { kind: "same" }],
  ["D1Database", { kind: "same" }],
  ["WorkersRoute", { kind: "same" }],
  ["WorkerCronTrigger", { kind: "alias", name: "WorkersCronTrigger" }],
  ["WorkerDomain", { kind: "alias", name: "WorkersCustomDomain" }],
  ["Record", { kind: "alias", name: "DnsRecord" }],
  ["WorkerRoute", { kind: "unrelated", name: "WorkersRoute" }],
  ["WorkersDomain", { kind: "unrelated", name: "WorkersCustomDomain" }],
  ["WorkersSecret", { kind: "none" }],
  ["Argo", { kind: "none" }],
])("v5's %s is in the SDK of v6 what is said of it", (name, successor) => {
  expect(types.successorOf(index(name))).toEqual(successor);
});

test("the successors that no alias names are types of v6", () => {
  for (const name of ["WorkersRoute", "WorkersCustomDomain"]) {
    expect(types.successorOf(index(name))).toEqual({ kind: "same" });
  }
});

test("the SDK is read from the folder that it is in", () => {
  expect(new V6Types(path.join(__dirname)).successorOf(index("D1Database"))).toEqual({ kind: "none" });
});

test("each resource that stays is named with what a deploy of v6 does with it, and how to keep it", () => {
  const others = [
    resource(index("D1Database"), "db", {}),
    resource(index("WorkerCronTrigger"), "cron", {}),
    resource(ROUTE, "route", { zoneId: "zone" }, { id: "route-id" }),
    resource(index("WorkersDomain"), "domain", { accountId: "account", zoneId: "zone" }, { id: "domain-id" }),
    resource(index("WorkersDomain"), "hidden", { accountId: sealed("account") }),
    resource(index("Argo"), "argo", {}),
    script("inner", { dispatchNamespace: "team" }),
  ];
  const forget = (at: number) => `pulumi state delete ${others[at]?.urn ?? ""}`;
  expect(otherLines(others, types, pulumi)).toEqual([
    "db (v5's D1Database): v6 has the type too, with arguments of its own. The preview says what it changes.",
    `cron (v5's WorkerCronTrigger): v6's WorkersCronTrigger takes it over by an alias, with arguments of its own. If the preview replaces it, run ${forget(1)} and import it again.`,
    `route (v5's WorkerRoute): v6's WorkersRoute does not know it, so the deploy would delete it. Run ${forget(2)} and import it with the option import: "zone/route-id".`,
    `domain (v5's WorkersDomain): v6's WorkersCustomDomain does not know it, so the deploy would delete it. Run ${forget(3)} and import it with the option import: "account/domain-id".`,
    `hidden (v5's WorkersDomain): v6's WorkersCustomDomain does not know it, so the deploy would delete it. Run ${forget(4)} and import it.`,
    `argo (v5's Argo): v6 has no such type, so the deploy would delete it. To leave it as it is: ${forget(5)}`,
    `inner-resource (v5's WorkerScript): v6 has no script in a dispatch namespace. Before the deploy, so that it is not deleted, upload it by Cloudflare's API from then on, and run: ${forget(6)}`,
  ]);
});
