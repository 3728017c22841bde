import { isNotFound } from "./api";
import { fillPath, parseImportId, type ResourceKind } from "./resource";
import type { Input, RestMethod, RestResource } from "./rest-entry";
import { oneOf, required } from "./rules";
import { fromApi, pick, type Properties, seal, snakeCase, text, toApi, within } from "./values";

function same(value: unknown): unknown {
  return value;
}

/** One resource type, made from its entry in the table. */
export function restResource(entry: RestResource): ResourceKind {
  const { collection, outputs = [], secretOutputs = [], body = same, result = same } = entry;
  const item = entry.single === true ? collection : `${collection}/{id}`;
  const inputs = Object.entries(entry.inputs);
  const named = (test: (input: Input) => boolean) =>
    inputs.filter(([, input]) => test(input)).map(([key]) => key);
  const computed = named((input) => input.computed === true);
  const sealed = [...named((input) => input.sealed === true), ...secretOutputs];
  const read = [...named(({ sent, unread }) => sent !== false && unread !== true), ...outputs];
  const inPath = [...item.matchAll(/\{(\w+)\}/g)].map(([, key = ""]) => key).filter((key) => key !== "id");
  const defaults = Object.fromEntries(
    inputs.filter(([, input]) => input.default !== undefined).map(([key, input]) => [key, input.default]),
  );

  const settings = (properties: Properties, method: RestMethod) => ({
    headers: entry.headers?.(properties, method) ?? {},
    query: entry.query?.(properties, method) ?? {},
  });
  const resultOf = (answer: unknown) => fromApi(result(answer));
  const sentBody = (properties: Properties): Properties => {
    const set = inputs.filter(([key, { sent }]) => sent !== false && (properties[key] ?? null) !== null);
    return Object.fromEntries(
      set.map(([key, { as }]) => [as ?? snakeCase(key), toApi(properties[key])] as const),
    );
  };
  const recorded = (properties: Properties, result: Properties): Properties => ({
    ...properties,
    ...pick(result, [...computed, ...outputs, ...secretOutputs]),
  });

  return {
    inputs: inputs.map(([key]) => key),
    replacing: named((input) => input.replaces === true),
    defaults,
    computed,
    filled: computed,
    rules: [
      ...named((input) => input.required === true).map(required),
      ...inputs.flatMap(([key, input]) => (input.oneOf === undefined ? [] : [oneOf(key, ...input.oneOf)])),
      ...(entry.rules ?? []),
    ],
    ...(entry.stays !== undefined && { stays: entry.stays }),

    seal: (properties) => ({
      ...properties,
      ...Object.fromEntries(
        sealed.filter((key) => key in properties).map((key) => [key, seal(properties[key])]),
      ),
    }),

    create: async (api, given) => {
      const all = { ...defaults, ...given };
      const path = fillPath(collection, all);
      const sent = body(sentBody(all), "create");
      const answer = await api.send(entry.create, path, sent, settings(all, "create"));
      const made = recorded(all, resultOf(answer));
      return { id: text({ ...made, ...resultOf(answer) }, entry.id), outputs: made };
    },

    update: async (api, given, id, state) => {
      const all = { ...defaults, ...given };
      if (entry.update === undefined) return { ...state, ...all };
      const wanted = sentBody(all);
      const sent =
        entry.update === "patch" ? changes(sentBody(pick(state, Object.keys(entry.inputs))), wanted) : wanted;
      const path = fillPath(entry.updates === "collection" ? collection : item, { ...all, id });
      const answer = await api.send(entry.update, path, body(sent, "update"), settings(all, "update"));
      return recorded({ ...pick(state, [...outputs, ...secretOutputs]), ...all }, resultOf(answer));
    },

    read: async (api, id, state, oldInputs) => {
      const imported = inPath.some((key) => typeof state[key] !== "string");
      const known = imported ? { ...state, ...parseImportId(id, entry.imports) } : { ...state, id };
      let found: Properties;
      try {
        const path = fillPath(item, known);
        found =
          entry.read === undefined
            ? resultOf(await api.send("get", path, undefined, settings(known, "read")))
            : await entry.read(api, path);
      } catch (error) {
        if (isNotFound(error)) return undefined;
        throw error;
      }
      const kept = Object.entries(known).filter(([key]) => !read.includes(key) && key !== "id");
      const live = { ...Object.fromEntries(kept), ...pick(found, read) };
      const wanted = imported ? inputs.map(([key]) => key) : Object.keys(oldInputs);
      const liveInputs = Object.entries(pick(live, wanted)).map(
        ([key, value]) => [key, within(oldInputs[key], value)] as const,
      );
      return {
        id: text({ ...known, ...live, ...found }, entry.id),
        outputs: live,
        inputs: {
          ...pick(
            oldInputs,
            named(({ unread, sent }) => unread === true || sent === false),
          ),
          ...Object.fromEntries(liveInputs),
        },
      };
    },

    delete: async (api, state, id) => {
      if (entry.stays !== undefined) return;
      await api.send("delete", fillPath(item, { ...state, id }), undefined, settings(state, "delete"));
    },
  };
}

/** What a merge patch has: each field that differs, and null for one that is gone. */
function changes(before: Properties, after: Properties): Properties {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = keys.filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
  return Object.fromEntries(changed.map((key) => [key, after[key] ?? null]));
}
