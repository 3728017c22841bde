// @ts-check

export default {
  /**
   * @param {Request} _request
   * @param {import("./index").Env} env
   */
  fetch(_request, env) {
    return new Response(`Secret: ${env.MY_SECRET_NAME_KEY}`);
  },
};
