"""Does what each line of stdin says, [step, arguments] in JSON, and prints what Cloudflare answered as a line of JSON."""

import json
import os
import sys

from cloudflare import APIStatusError, Cloudflare

WORKER = {"script_name": "w", "account_id": os.environ["CLOUDFLARE_ACCOUNT_ID"]}
ACCOUNT = {"account_id": WORKER["account_id"]}

# The base URL and the token are in the environment.
client = Cloudflare(max_retries=0)
scripts = client.workers.scripts


def upload_of(modules, text=None, namespace=None, secret=None):
    """An upload of modules; without a secret, it keeps those that the Worker has."""
    bindings = []
    if text is not None:
        bindings.append({"type": "plain_text", "name": "TEXT", "text": text})
    if namespace is not None:
        bindings.append({"type": "kv_namespace", "name": "CACHE", "namespace_id": namespace})
    metadata = {"main_module": "index.js", "compatibility_date": "2026-01-01", "bindings": bindings}
    if secret is None:
        metadata["keep_bindings"] = ["secret_text"]
    else:
        bindings.append({"type": "secret_text", "name": "SECRET", "text": secret})
    files = [(name, source.encode(), "application/javascript+module") for name, source in modules.items()]
    return {"metadata": metadata, "files": files}


def upload_version(**upload):
    # The client's own type of the answer is broken in 5.9.0: no answer can be parsed as it.
    answer = scripts.versions.with_raw_response.create(**WORKER, **upload_of(**upload))
    return answer.json()["result"]


def deploy(version):
    versions = [{"version_id": version, "percentage": 100}]
    return scripts.deployments.create(**WORKER, strategy="percentage", versions=versions)


STEPS = {
    "create namespace": lambda title: client.kv.namespaces.create(**ACCOUNT, title=title),
    "upload": lambda **upload: scripts.update(**WORKER, **upload_of(**upload)),
    "upload version": upload_version,
    "deploy version": deploy,
    "put secret": lambda name, text: scripts.secrets.update(**WORKER, name=name, text=text, type="secret_text"),
    "delete secret": lambda name: scripts.secrets.delete(name, **WORKER),
    "list secrets": lambda: scripts.secrets.list(**WORKER),
    "list scripts": lambda: scripts.list(**ACCOUNT),
    "delete": lambda: scripts.delete(**WORKER),
}


def shown(result):
    if hasattr(result, "result"):
        return [item.to_dict(mode="json") for item in result]
    return result.to_dict(mode="json") if hasattr(result, "to_dict") else result


for line in sys.stdin:
    step, arguments = json.loads(line)
    try:
        answer = {"result": shown(STEPS[step](**arguments))}
    except APIStatusError as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
