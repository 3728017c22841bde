import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";

new PolicyPack("cloudflare-worker-secrets", { policies: [...policies], enforcementLevel: "mandatory" });
