import * as pulumi from "@pulumi/pulumi";
import { construct } from "./construct";
import { recogniseRunsByAddress } from "./contract/per-run";
import schema from "./schema.json";

// Serves the components to programs in every language. plugin/ starts it.
recogniseRunsByAddress();
void pulumi.provider.main(
  { version: schema.version, schema: JSON.stringify(schema), construct },
  process.argv.slice(2),
);
