/** Answers callers whose bearer token is one of these. */
export function answer(request: Request, text: string, tokens: readonly (string | undefined)[]): Response {
  const given = request.headers.get("authorization");
  const isKnown = tokens.some((token) => token !== undefined && given === `Bearer ${token}`);
  return isKnown ? new Response(text) : new Response("Unauthorized", { status: 401 });
}
