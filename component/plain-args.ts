import * as pulumi from "@pulumi/pulumi";
import { resolveInputs } from "./inputs";
import { refuse } from "./refusal";
import { resources } from "./schema.json";

/**
 * Resolves the arguments that a component takes as plain values only. A program in YAML may send any of them as an Output.
 *
 * @throws pulumi.RunError that lists those that a preview does not know
 */
export async function plainArgs(name: string, type: string, inputs: pulumi.Inputs): Promise<pulumi.Inputs> {
  const { inputProperties } = resources[type as keyof typeof resources];
  const names = Object.entries(inputProperties).flatMap(([key, spec]) => ("plain" in spec ? [key] : []));
  const plain = Object.entries(inputs).filter(([key]) => names.includes(key));
  const known = (await resolveInputs(Object.fromEntries(plain))) as pulumi.Inputs;
  const unknown = Object.keys(known).filter((key) => pulumi.containsUnknowns(known[key]));
  refuse(
    `${type.replace(/^.*:/, "")} "${name}"`,
    unknown.map(
      (key) => `${key}: expected a value that a preview knows. Write it out, or read it from the config.`,
    ),
  );
  return { ...inputs, ...known };
}
