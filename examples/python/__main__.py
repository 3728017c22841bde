"""A Worker and its secret."""

from pathlib import Path

import pulumi
from pulumi_cloudflare_worker_secrets import WorkerScript

config = pulumi.Config()

script = WorkerScript(
    "myScript",
    account_id=config.require("accountId"),
    name=f"{pulumi.get_project()}-{pulumi.get_stack()}",
    content=Path("script.js").read_text(encoding="utf-8"),
    secret_text_bindings=[
        {"name": "MY_SECRET_NAME_KEY", "text": config.require_secret("secrets-demo")},
    ],
)

pulumi.export("scriptName", script.name)
pulumi.export("secretNames", script.secret_names)
