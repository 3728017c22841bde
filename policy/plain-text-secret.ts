import type { ResourceValidationPolicy } from "@pulumi/policy";
import { PAGES_PROJECT, pagesBindingsOf } from "./pages-bindings";
import { secretLikeness } from "./secret-likeness";
import { matchesAny } from "./wildcard";
import { bindingsOf } from "./worker-bindings";

interface Config {
  readonly except: readonly string[];
}

/** The dashboard shows variables to everyone who may see the Worker, and the state has them unencrypted. */
export const plainTextSecret: ResourceValidationPolicy = {
  name: "plain-text-secret",
  description: "A variable holds no secret.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      except: {
        type: "array",
        items: { type: "string", minLength: 1 },
        description: "The names of variables that are no secrets; * stands for any characters.",
        default: [],
      },
    },
  },
  validateResource: (args, reportViolation) => {
    const { except } = args.getConfig<Config>();
    for (const { name, type, text } of [...bindingsOf(args), ...pagesBindingsOf(args)]) {
      const property = { plain_text: "text", json: "json" }[type];
      const value = property === undefined ? undefined : text(property);
      if (property === undefined || value === undefined || matchesAny(name, except)) continue;
      const reason = whySecret(name, value, type);
      if (reason !== undefined) {
        reportViolation(
          `The variable ${name} of "${args.name}" looks like a secret: ${reason}. Declare it ${remedyOf(args.type)}, and rotate it ` +
            "if it was deployed. If it is no secret, add its name to the policy's config: except.",
        );
      }
    }
  },
};

function remedyOf(type: string): string {
  return type === PAGES_PROJECT
    ? 'with the type "secret_text" and a secret of Pulumi as its value'
    : "in secretTextBindings";
}

function whySecret(name: string, value: string, type: string): string | undefined {
  return (type === "json" ? leaves(name, parse(value) ?? value) : [[name, value] as const])
    .map(([key, leaf]) => secretLikeness(key, leaf))
    .find((reason) => reason !== undefined);
}

/** The texts in a JSON value, each with the key that it has. */
function leaves(name: string, value: unknown): (readonly [key: string, text: string])[] {
  if (Array.isArray(value)) return value.flatMap((item) => leaves(name, item));
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, inner]) => leaves(key, inner));
  }
  return typeof value === "string" ? [[name, value]] : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error would quote the text.
    return undefined;
  }
}
