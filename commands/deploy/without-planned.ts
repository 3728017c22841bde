/** What a message says after a resource's name, with the values: `properties changed: ~~text[{...}!={...}]`. */
const VIOLATION = /violates plan\b[^]*/;

/** Takes the values out of a message that says how a resource differs from the plan. They can have any form, line ends too. */
export function withoutPlanned(message: string): string {
  return message.replace(
    VIOLATION,
    "violates plan: it would be deployed otherwise than it was planned. Preview it again, and have the new plan approved.",
  );
}
