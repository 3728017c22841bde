import { specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime";
import type { Api } from "../../../local/provider/api";
import { kindOf } from "../../../local/provider/kinds";

const TOKEN = kindOf({ getType: () => "cloudflare:index/accountToken:AccountToken" });
const RESOURCES = '{"com.cloudflare.api.account.a":{"com.cloudflare.edge.worker.script.t":"*"}}';
const INPUTS = {
  accountId: "a",
  name: "ci",
  policies: [{ effect: "allow", permissionGroups: [{ id: "g" }], resources: RESOURCES }],
  condition: { requestIp: { ins: ["203.0.113.0/24"] } },
  expiresOn: "2027-01-01T00:00:00Z",
};
/** As the API has it. */
const LIVE = {
  id: "i",
  name: "ci",
  status: "active",
  issued_on: "2026-01-01T00:00:00Z",
  expires_on: INPUTS.expiresOn,
  policies: [
    {
      id: "p",
      effect: "allow",
      permission_groups: [{ id: "g", name: "Individual Workers Editor" }],
      resources: JSON.parse(RESOURCES) as object,
    },
  ],
  condition: { request_ip: { in: ["203.0.113.0/24"] } },
};

function fakeApi(result: unknown) {
  const send = jest.fn((...request: unknown[]) => Promise.resolve(request.length > 0 ? result : undefined));
  return { api: { send } as unknown as Api, sent: () => send.mock.calls };
}

it("a token is sent with its resources as an object, and its value is kept from the only answer that has it", async () => {
  const { api, sent } = fakeApi({ ...LIVE, value: "canary-44aa" });
  const made = await TOKEN.create(api, INPUTS);
  expect(sent()[0]?.slice(0, 3)).toEqual([
    "post",
    "/accounts/a/tokens",
    {
      name: "ci",
      policies: [
        { effect: "allow", permission_groups: [{ id: "g" }], resources: JSON.parse(RESOURCES) as object },
      ],
      condition: { request_ip: { in: ["203.0.113.0/24"] } },
      expires_on: INPUTS.expiresOn,
    },
  ]);
  const sealed = { [specialSigKey]: specialSecretSig, value: "canary-44aa" };
  expect(TOKEN.seal(made.outputs)).toMatchObject({ value: sealed, status: "active" });

  const changed = await TOKEN.update(fakeApi(LIVE).api, { ...INPUTS, name: "new" }, "i", made.outputs);
  expect(changed).toMatchObject({ name: "new", value: "canary-44aa" });
  const found = await TOKEN.read(fakeApi(LIVE).api, "i", changed, INPUTS);
  expect(found?.outputs).toMatchObject({ value: "canary-44aa", policies: INPUTS.policies });
  expect(found?.inputs).toEqual(INPUTS);
});

it("an import has no value", async () => {
  const found = await TOKEN.read(fakeApi(LIVE).api, "a/i", {}, {});
  expect(found?.inputs).toMatchObject({ name: "ci", policies: INPUTS.policies, condition: INPUTS.condition });
  expect(TOKEN.seal(found?.outputs ?? {})).not.toHaveProperty("value");
});
