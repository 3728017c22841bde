export default {
  fetch: (_request, env) => new Response(`Secret: ${env.MY_SECRET_NAME_KEY}`),
};
