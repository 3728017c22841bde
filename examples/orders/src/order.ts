/** What the shop puts into the queue. */
export interface Order {
  readonly id: string;
  readonly text: string;
}
