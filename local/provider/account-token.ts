import { IN_PATH, REQUIRED, FILLED, type RestResource } from "./rest-entry";
import { jsonText, oneOf, required } from "./rules";
import { isObject, type Properties } from "./values";

/** The official provider marks the value as secret, and keeps it in the state: no later answer has it. */
export const ACCOUNT_TOKEN: RestResource = {
  collection: "/accounts/{accountId}/tokens",
  create: "post",
  update: "put",
  inputs: {
    accountId: IN_PATH,
    name: REQUIRED,
    policies: REQUIRED,
    condition: {},
    expiresOn: {},
    notBefore: {},
    status: FILLED,
  },
  rules: [
    required("policies[].permissionGroups"),
    required("policies[].resources"),
    oneOf("policies[].effect", "allow", "deny"),
    jsonText("policies[].resources", `'{"com.cloudflare.api.account.<id>":"*"}'`),
  ],
  outputs: ["issuedOn", "lastUsedOn", "modifiedOn"],
  secretOutputs: ["value"],
  id: "id",
  imports: ["accountId", "id"],
  body: (body) => ({
    ...body,
    ...(Array.isArray(body.policies) && { policies: body.policies.filter(isObject).map(sentPolicy) }),
    ...(isObject(body.condition) && { condition: sentCondition(body.condition) }),
  }),
  result: (result) => {
    if (!isObject(result)) return result;
    const { condition } = result;
    return {
      ...result,
      ...(Array.isArray(result.policies) && { policies: result.policies.filter(isObject).map(readPolicy) }),
      ...(isObject(condition) && isObject(condition.request_ip) && { condition: readCondition(condition) }),
    };
  },
};

function sentPolicy(policy: Properties): Properties {
  return { ...policy, resources: JSON.parse(String(policy.resources)) as unknown };
}

function sentCondition({ request_ip }: Properties): Properties {
  const { ins, not_ins } = isObject(request_ip) ? request_ip : {};
  return {
    request_ip: { ...(ins !== undefined && { in: ins }), ...(not_ins !== undefined && { not_in: not_ins }) },
  };
}

/** Keeps of a policy what the program gives. */
function readPolicy({ effect, permission_groups, resources }: Properties): Properties {
  const groups = Array.isArray(permission_groups) ? permission_groups.filter(isObject) : [];
  const ids = groups.map(({ id }) => ({ id }));
  return { effect, permission_groups: ids, resources: JSON.stringify(resources) };
}

function readCondition({ request_ip }: Properties): Properties {
  const lists = isObject(request_ip) ? request_ip : {};
  const [ins, notIns] = [lists.in, lists.not_in];
  return {
    request_ip: { ...(ins !== undefined && { ins }), ...(notIns !== undefined && { not_ins: notIns }) },
  };
}
