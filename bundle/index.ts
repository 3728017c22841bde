export { bundle } from "./bundle";
export type { Bundle, BundledModule, BundleOptions } from "./bundle";
