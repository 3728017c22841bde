import { RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";

/*
 * With `--debug`, Pulumi's Node SDK (seen in 3.248.0) logs every answer of the engine to a registration as text, and
 * that text shows secrets in clear, even sealed ones. The engine hides only values that come from secret config.
 * So we leave the answer's text out of the log; nothing else reads it.
 */
RegisterResourceResponse.prototype.toString = () => "[not shown, it may hold secrets]";
