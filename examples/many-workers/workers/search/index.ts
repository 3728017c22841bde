import type { Env } from "../..";
import { answer } from "../answer";

export default {
  fetch: (request: Request, env: Env["search"]) =>
    answer(request, "The search", [env.SEARCH_TOKEN, env.SEARCH_TOKEN_PREVIOUS]),
};
