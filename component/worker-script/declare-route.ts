import * as cloudflare from "@pulumi/cloudflare";
import * as pulumi from "@pulumi/pulumi";
import type { WorkerScriptArgs } from "./args";

/** Declares the workers.dev route if `workersDev` is set, and returns the Worker's URL. */
export function declareRoute(
  parent: pulumi.ComponentResource & { readonly name: pulumi.Output<string> },
  name: string,
  { accountId, workersDev, workersDevSubdomain }: WorkerScriptArgs,
): pulumi.Output<string | undefined> {
  if (workersDev === undefined) {
    return pulumi.output<string | undefined>(undefined);
  }
  const route = new cloudflare.WorkersScriptSubdomain(
    name,
    { accountId, scriptName: parent.name, enabled: workersDev, previewsEnabled: false },
    { parent },
  );
  return pulumi
    .all([route.enabled, route.scriptName, pulumi.output(workersDevSubdomain)])
    .apply(([on, host, subdomain]) =>
      on && subdomain !== undefined ? `https://${host}.${subdomain}.workers.dev` : undefined,
    );
}
