/** A plain variable of a Worker. */
export interface Variable {
  readonly name: string;
  readonly value: string;
}
