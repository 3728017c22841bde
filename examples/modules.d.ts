// What Workers have and TypeScript does not know without the types of a browser. A copy of an example needs this file.

declare const WebAssembly: typeof import("@cloudflare/workers-types").WebAssembly;

declare module "cloudflare:workers" {
  import { CloudflareWorkersModule } from "@cloudflare/workers-types";
  export = CloudflareWorkersModule;
}

declare module "*.sql" {
  const text: string;
  export default text;
}

declare module "*.wasm" {
  const compiled: import("@cloudflare/workers-types").WebAssembly.Module;
  export default compiled;
}
