/** The secret that a rotation is about, as the user has named it. */
export interface Target {
  /** The config key. */
  readonly key: string;
  /** The `--stack` that was given; undefined means the selected stack. */
  readonly stack: string | undefined;
}

/** The command line to run next, for the same secret of the same stack. */
export function rotateCommand({ key, stack }: Target, option?: "--finish" | "--rollback"): string {
  return ["npm run rotate --", key, option, ...stackOption(stack)]
    .filter((word) => word !== undefined)
    .join(" ");
}

/** A command of Pulumi's for the same stack. */
export function pulumiCommand({ stack }: Pick<Target, "stack">, ...words: readonly string[]): string {
  return ["pulumi", ...words, ...stackOption(stack)].join(" ");
}

function stackOption(stack: string | undefined): string[] {
  return stack === undefined ? [] : ["--stack", stack];
}
