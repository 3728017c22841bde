import * as z from "zod";
import {
  ACCOUNT_TOKEN,
  DEPLOY_TOKEN,
  SECRETS_STORE,
  WORKER_SCRIPT,
  WORKERS_ROUTE,
  WORKERS_SCRIPT,
} from "../../../component/contract/type-tokens";
import { parseState, type Resource, TEXT } from "../../../kit/stack-state";

/** A token in the state of a stack, without its value. */
export interface RecordedToken {
  readonly environment: string;
  readonly name: string;
  /** Cloudflare's id of it. */
  readonly id: string | undefined;
  readonly accountId: string | undefined;
  /** ISO 8601. */
  readonly created: string | undefined;
  /** ISO 8601; undefined if it does not expire. */
  readonly expiresOn: string | undefined;
  /** What a `DeployToken` says that it is for; undefined for a token without one. */
  readonly purpose: Purpose | undefined;
}

type Purpose = z.infer<typeof PURPOSE>;

/** What the deploys of a stack need. */
export interface StackNeeds {
  readonly environment: string;
  readonly workers: readonly { readonly accountId: string | undefined; readonly script: string }[];
  readonly zones: readonly string[];
  readonly secretsStore: boolean;
}

const TEXTS = z.array(z.string()).optional().default([]);
const PURPOSE = z.object({
  kind: z.enum(["bootstrap", "deploy", "preview"]),
  needs: z.object({
    workers: TEXTS,
    routeZones: TEXTS,
    secretsStore: z.boolean().optional().default(false),
  }),
});
const INVENTORY = z.array(z.object({ type: z.string() })).catch([]);

/** Reads the output of `pulumi stack export`, and nothing that is encrypted. */
export function readRecords(
  environment: string,
  state: string,
): { tokens: RecordedToken[]; needs: StackNeeds } {
  const { resources } = parseState(state);
  const ofType = (wanted: string) => resources.filter(({ type }) => type === wanted);
  const purposes = new Map(
    ofType(DEPLOY_TOKEN).map(({ urn, outputs }) => [urn, PURPOSE.safeParse(outputs).data]),
  );
  const binds = ofType(WORKER_SCRIPT).flatMap(({ outputs }) => INVENTORY.parse(outputs?.["inventory"]));
  return {
    tokens: ofType(ACCOUNT_TOKEN).map((token) => recordedToken(environment, token, purposes)),
    needs: {
      environment,
      workers: ofType(WORKERS_SCRIPT).map(({ inputs, id }) => ({
        accountId: TEXT.parse(inputs?.["accountId"]),
        script: TEXT.parse(inputs?.["scriptName"]) ?? id ?? "unknown",
      })),
      zones: ofType(WORKERS_ROUTE).flatMap(({ inputs }) => TEXT.parse(inputs?.["zoneId"]) ?? []),
      secretsStore:
        ofType(SECRETS_STORE).length > 0 || binds.some(({ type }) => type === "secrets_store_secret"),
    },
  };
}

function recordedToken(
  environment: string,
  { urn, id, inputs, created, parent = "" }: Resource,
  purposes: ReadonlyMap<string, Purpose | undefined>,
): RecordedToken {
  return {
    environment,
    name: TEXT.parse(inputs?.["name"]) ?? urn.slice(urn.lastIndexOf("::") + 2),
    id,
    accountId: TEXT.parse(inputs?.["accountId"]),
    created,
    expiresOn: TEXT.parse(inputs?.["expiresOn"]),
    purpose: purposes.get(parent),
  };
}
