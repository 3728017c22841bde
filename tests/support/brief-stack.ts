import type { DestroyOptions, OpMap, Stack, UpdateSummary, UpOptions } from "@pulumi/pulumi/automation";
import { withoutSummary } from "../../kit/without-summary";

/** What `up` and `refresh` return here: no outputs, and what changed. The rest takes three more commands. */
interface Changes {
  readonly summary: Pick<UpdateSummary, "resourceChanges">;
}

export interface BriefStack extends Omit<Stack, "up" | "refresh"> {
  up(options?: UpOptions): Promise<Changes>;
  refresh(options?: UpOptions): Promise<Changes>;
}

/** @param onOutput receives what the operations print, unless they get another one */
export function briefStack(stack: Stack, onOutput: (text: string) => void): BriefStack {
  const brief = withoutSummary(stack);
  const io = { onOutput, onError: onOutput };
  const own: Pick<BriefStack, "up" | "refresh" | "preview" | "destroy"> = {
    up: (options) => summarized(options, (all) => brief.up({ ...io, ...all })),
    refresh: (options) => summarized(options, (all) => brief.refresh({ ...io, ...all })),
    preview: (options) => stack.preview({ ...io, ...options }),
    destroy: (options?: DestroyOptions) => brief.destroy({ ...io, ...options }),
  };
  return Object.assign(Object.create(stack) as BriefStack, own);
}

/** Runs an operation, and reads from its events what it changed. */
async function summarized(
  { onEvent, ...options }: Pick<UpOptions, "onEvent"> = {},
  run: (options: Pick<UpOptions, "onEvent">) => Promise<unknown>,
): Promise<Changes> {
  const summary: { resourceChanges?: OpMap } = {};
  await run({
    ...options,
    onEvent: (event) => {
      if (event.summaryEvent) summary.resourceChanges = event.summaryEvent.resourceChanges;
      onEvent?.(event);
    },
  });
  return { summary };
}
