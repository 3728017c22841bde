import type { PolicyResource } from "@pulumi/policy";
import { type Kind, WITHOUT_RESOURCE, WORKER } from "./binding-kinds";
import type { Target } from "./binding-targets";
import { known, knownItems, knownText, knownTexts } from "./known";

/** What a Worker gets at without a binding: logs that it sends, bindings that it keeps unseen, and objects that it takes over. */
export function otherTargets({ props }: PolicyResource): (Target & Pick<Kind, "owned">)[] {
  const consumers = knownItems(() => props.tailConsumers as unknown).map((item, index) => ({
    name: `tailConsumers[${index}]`,
    type: "tail_consumer",
    owned: WORKER,
    target: item && knownText(() => item.service),
  }));
  const kept = knownTexts(() => props.keepBindings).map((item, index) => {
    const type = item?.toLowerCase();
    const isHarmless = type !== undefined && WITHOUT_RESOURCE.includes(type);
    return {
      name: `keepBindings[${index}]`,
      type: "keep_bindings",
      target: isHarmless ? undefined : type,
    };
  });
  return [...consumers, ...kept, ...transferred(props)].flatMap(({ target, ...found }) =>
    target === undefined ? [] : { ...found, target },
  );
}

/** The Workers that lose the Durable Objects of a class to this one. */
function transferred(props: Readonly<Record<string, unknown>>) {
  const migrations = known(() => props.migrations) as Readonly<Record<string, unknown>> | undefined;
  const steps = [
    { place: "migrations", step: migrations },
    ...knownItems(() => migrations?.steps).map((step, index) => ({
      place: `migrations.steps[${index}]`,
      step,
    })),
  ];
  return steps.flatMap(({ place, step }) =>
    knownItems(() => step?.transferredClasses).map((item, index) => ({
      name: `${place}.transferredClasses[${index}]`,
      type: "transferred_class",
      owned: WORKER,
      target: item && knownText(() => item.fromScript),
    })),
  );
}
