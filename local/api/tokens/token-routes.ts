import { Hono } from "hono";
import { optionalString } from "../../../kit/json";
import type { Collection } from "../collection";
import { hexId, now, textField } from "../collections";
import type { Context } from "../context";
import { ApiError, page, success } from "../envelope";
import { bearerOf } from "./access";
import { conditionOf } from "./addresses";
import { type ApiToken, statusOf } from "./api-token";
import { groupView, PERMISSION_GROUPS } from "./permission-groups";
import { invalidToken, policiesOf } from "./policies";

const MISSING = [1003, "Token not found"] as const;

/** The tokens of an account. Only the answers to a creation and to a roll have a token's value. */
export const apiTokens: Collection<ApiToken> = {
  path: "/accounts/:account/tokens",
  table: (resources) => resources.apiTokens,
  id: "id",
  missing: MISSING,
  changes: ["put"],
  put: (sent, { context, params }, existing) => {
    const expires_on = timeOf(sent["expires_on"], "expires_on");
    const not_before = timeOf(sent["not_before"], "not_before");
    if (expires_on !== undefined && new Date(expires_on) <= context.now()) {
      throw invalidToken("expires_on is in the past.");
    }
    return {
      id: existing?.id ?? hexId(),
      name: textField(sent, "name", /^.{1,120}$/su, 1001),
      status: sent["status"] === "disabled" ? "disabled" : "active",
      issued_on: existing?.issued_on ?? now(),
      modified_on: now(),
      policies: policiesOf(sent["policies"], params["account"] ?? ""),
      ...(expires_on !== undefined && { expires_on }),
      ...(not_before !== undefined && { not_before }),
      ...conditionOf(sent["condition"]),
    };
  },
  view: (token, { context }) => ({ ...token, status: statusOf(token, context.now()) }),
  created: ({ id }, { resources, params }) => ({
    value: resources.tokenValues.issue(params["account"] ?? "", id),
  }),
  remove: ({ id }, { resources }) => {
    resources.tokenValues.forget(id);
  },
};

/** What is beside the list of tokens. These come before it: its items have any name. */
export function tokenRoutes({ resources, now: clock }: Context) {
  return new Hono()
    .get(`${apiTokens.path}/permission_groups`, (c) => {
      const { name, scope } = c.req.query();
      const groups = PERMISSION_GROUPS.map(groupView).filter(
        (group) =>
          (name === undefined || group["name"] === name) &&
          (scope === undefined || (group["scopes"] as string[]).includes(scope)),
      );
      return success(groups, page(groups));
    })
    .get(`${apiTokens.path}/verify`, (c) => {
      const own = resources.tokenValues.find(bearerOf(c.req.header("authorization") ?? "") ?? "");
      const token = own && resources.apiTokens.find(own.account, own.id);
      if (token === undefined) return success({ id: "0".repeat(32), status: "active" });
      const { id, expires_on, not_before } = token;
      return success({ id, status: statusOf(token, clock()), expires_on, not_before });
    })
    .put(`${apiTokens.path}/:token/value`, (c) => {
      const { account = "", token = "" } = c.req.param() as Record<string, string>;
      if (resources.apiTokens.find(account, token) === undefined) throw new ApiError(404, ...MISSING);
      return success(resources.tokenValues.issue(account, token));
    });
}

function timeOf(sent: unknown, field: string): string | undefined {
  if (sent === undefined || sent === null) return undefined;
  const text = optionalString(sent) ?? "";
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(Date.parse(text))) {
    throw invalidToken(`${field} is a time as in 2027-01-31T00:00:00Z.`);
  }
  return text;
}
