import ts from "typescript";
import { isOurs, loadTypes, missing } from "./component-types";

/** What Pulumi's schema says of a property, as far as it follows from TypeScript. */
interface PropertySpec {
  readonly description?: string;
  readonly plain?: true;
  readonly type?: string;
  readonly items?: PropertySpec;
  readonly additionalProperties?: PropertySpec;
  readonly $ref?: string;
}

interface ObjectSpec {
  readonly description: string;
  readonly type: "object";
  readonly properties: Record<string, PropertySpec>;
  readonly required: readonly string[];
}

/**
 * Derives from a component's class what the schema must say: its outputs from the properties, its inputs from the
 * constructor's arguments, descriptions from the comments.
 *
 * @param file the file of the class, relative to the repository
 */
export function componentSchema(file: string, className: string, packageName: string) {
  const { checker, source } = loadTypes(file);
  const types: Record<string, ObjectSpec> = {};
  const symbol =
    checker
      .getExportsOfModule(checker.getSymbolAtLocation(source) ?? missing(file))
      .find(({ name }) => name === className) ?? missing(className);
  const [construct] = checker.getTypeOfSymbol(symbol).getConstructSignatures();
  const args = construct?.parameters[1] ?? missing("the arguments");

  const inputs = objectSpec(checker.getTypeOfSymbol(args).symbol);
  const { description, properties, required } = objectSpec(symbol);
  return {
    types,
    resource: {
      isComponent: true,
      description,
      inputProperties: inputs.properties,
      requiredInputs: inputs.required,
      properties: withoutPlain(properties),
      required,
    },
  };

  function objectSpec(named: ts.Symbol): ObjectSpec {
    const members = checker.getDeclaredTypeOfSymbol(named).getProperties().filter(isProperty);
    const typed = members.map((member) => [member, checker.getTypeOfSymbol(member)] as const);
    return {
      description: textOf(named),
      type: "object",
      properties: Object.fromEntries(
        typed.map(([member, type]) => [member.name, { ...typeSpec(type), description: textOf(member) }]),
      ),
      required: typed
        .filter(([, type]) => !partsOf(resolved(type)).some(isUndefined))
        .map(([{ name }]) => name)
        .sort(),
    };
  }

  /** The comment with its lines joined. Examples are left out: they are in TypeScript. */
  function textOf(named: ts.Symbol): string {
    return ts
      .displayPartsToString(named.getDocumentationComment(checker))
      .replace(/\{@link (\S+?) *\}/g, "`$1`")
      .replace(/(?<!\n)\n(?!\n)/g, " ");
  }

  function typeSpec(type: ts.Type): PropertySpec {
    const value = resolved(type);
    const parts = partsOf(value);
    const spec = valueSpec(
      parts.filter((part) => !isUndefined(part) && !isNamed(part, "Promise", "OutputInstance")),
    );
    const takesOutput = value !== type || parts.some((part) => isNamed(part, "OutputInstance"));
    return takesOutput ? spec : { ...spec, plain: true };
  }

  function valueSpec(values: readonly ts.Type[]): PropertySpec {
    const isAll = (flag: ts.TypeFlags) => values.every(({ flags }) => (flags & flag) !== 0);
    if (isAll(ts.TypeFlags.StringLike)) return { type: "string" };
    if (isAll(ts.TypeFlags.NumberLike)) return { type: "number" };
    if (isAll(ts.TypeFlags.BooleanLike)) return { type: "boolean" };
    const [value = missing("a type")] = values;
    const [item] = checker.isArrayType(value) ? checker.getTypeArguments(value as ts.TypeReference) : [];
    if (item !== undefined) return { type: "array", items: typeSpec(item) };
    const entry = value.getStringIndexType();
    if (entry !== undefined) return { type: "object", additionalProperties: typeSpec(entry) };
    // The SDK of another language would need the provider's SDK for its types.
    if (!isOurs(value.symbol)) return { $ref: "pulumi.json#/Any" };
    const token = `${packageName}:index:${value.symbol.name}`;
    types[token] ??= objectSpec(value.symbol);
    return { $ref: `#/types/${token}` };
  }

  /** What an Output will be; any other type as it is. */
  function resolved(type: ts.Type): ts.Type {
    const parts = partsOf(type);
    const [output] = parts.every((part) => isNamed(part, "OutputInstance")) ? parts : [];
    const [value] = output === undefined ? [] : checker.getTypeArguments(output as ts.TypeReference);
    return value ?? type;
  }
}

/** Not a method, not private, and not one of Pulumi's own. */
function isProperty(member: ts.Symbol): boolean {
  const [declaration] = member.declarations ?? [];
  return (
    declaration !== undefined &&
    (ts.isPropertyDeclaration(declaration) || ts.isPropertySignature(declaration)) &&
    ts.isIdentifier(declaration.name) &&
    isOurs(member)
  );
}

function partsOf(type: ts.Type): ts.Type[] {
  // An Output is an intersection of what it is and of its value's properties.
  return (type.isUnion() ? type.types : [type]).map((part) =>
    part.isIntersection() ? (part.types.find((one) => isNamed(one, "OutputInstance")) ?? part) : part,
  );
}

function isNamed(type: ts.Type, ...names: string[]): boolean {
  // The compiler declares `symbol` for every type, but only those of objects have one.
  const symbol = type.symbol as ts.Symbol | undefined;
  return symbol !== undefined && names.includes(symbol.name);
}

function isUndefined({ flags }: ts.Type): boolean {
  return (flags & ts.TypeFlags.Undefined) !== 0;
}

/** An output is never plain. */
function withoutPlain(properties: Record<string, PropertySpec>): unknown {
  return JSON.parse(
    JSON.stringify(properties, (key, value: unknown) => (key === "plain" ? undefined : value)),
  );
}
