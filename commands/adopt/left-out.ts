/** Something that the program does not have, by its key in Wrangler's configuration or its name on the live Worker. */
export interface LeftOut {
  /** For example `queues.consumers[0]`. */
  readonly key: string;
  /** Why, and what to do about it. */
  readonly why: string;
}
