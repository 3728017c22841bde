/** Something that the program does not have, by its key in Wrangler's configuration or its name on the live Worker. */
export interface LeftOut {
  /** For example `queues.consumers`. */
  readonly key: string;
  /** Why, and what to do about it. */
  readonly why: string;
}

export const PREVIEW_URLS: LeftOut = {
  key: "preview_urls",
  why: "the component would switch preview URLs off with workersDev, so it leaves both as they are",
};
