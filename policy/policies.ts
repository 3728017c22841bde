import type { ResourceValidationPolicy, StackValidationPolicy } from "@pulumi/policy";
import { allowedResources } from "./allowed-resources";
import { compatibilityDate } from "./compatibility-date";
import { noWorkersDev } from "./no-workers-dev";
import { plainTextSecret } from "./plain-text-secret";
import { rawWorkerSecret } from "./raw-worker-secret";
import { secretMaxAge } from "./secret-max-age";
import { storeSecretScopes } from "./store-secret-scopes";
import { tokenExpiry } from "./token-expiry";
import { tokenScope } from "./token-scope";
import { undeclaredSecrets } from "./undeclared-secrets";
import { unsealedSecret } from "./unsealed-secret";

/** All policies of the pack. A pack of your own can take some of them. */
export const policies: readonly (ResourceValidationPolicy | StackValidationPolicy)[] = [
  rawWorkerSecret,
  plainTextSecret,
  unsealedSecret,
  secretMaxAge,
  tokenExpiry,
  tokenScope,
  allowedResources,
  noWorkersDev,
  undeclaredSecrets,
  compatibilityDate,
  storeSecretScopes,
];
