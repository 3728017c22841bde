import { RegisterResourceResponse } from "@pulumi/pulumi/proto/resource_pb";

/*
 * With `--debug`, Pulumi's Node SDK (seen in 3.248.0) logs every answer of the engine to a registration as text, and
 * in that text a secret is in clear, however it was sealed. The engine hides only those values in its output that
 * come from secret config. So the answer's text is left out of the log; nothing else reads it.
 */
RegisterResourceResponse.prototype.toString = () => "[not shown, it may hold secrets]";
