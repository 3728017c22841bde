export { configSecret } from "./config-secret";
