"""Shows Gatepost at work: a ticket and a survey response, and the signed webhooks that they cause.

Only Python's standard library, like a receiver that knows nothing of Gatepost: the signature is checked with hmac.
"""
import hashlib
import hmac
import json
import os
import pathlib
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

SECRET = "demo-secret-of-16-or-more-characters"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Api:
    def __init__(self, base, key):
        self.base, self.key = base, key

    def call(self, method, path, body=None):
        request = urllib.request.Request(self.base + path, method=method, data=None if body is None else json.dumps(body).encode())
        request.add_header("Authorization", f"Bearer {self.key}")
        request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path} answered {error.code}: {error.read().decode()}")


def wait_ready(base, server):
    for _ in range(300):
        if server.poll() is not None:
            sys.exit(f"The server stopped with exit code {server.returncode}.")
        try:
            urllib.request.urlopen(base + "/health/ready", timeout=2).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("The server did not become ready within 30 s.")


def start(program, folder):
    base = f"http://127.0.0.1:{free_port()}"
    key = "gp_instance_" + secrets.token_urlsafe(32)
    environment = dict(
        os.environ,
        Gatepost__DataDirectory=folder,
        Gatepost__BootstrapKey=key,
        Gatepost__RequestBin__Enabled="true",
        Gatepost__Egress__AllowedNetworks__0="127.0.0.1/32",
        Gatepost__Egress__AllowHttp="true",
    )
    log = open(os.path.join(folder, "server.log"), "wb")
    server = subprocess.Popen([program, "--urls", base], env=environment, stdout=log, stderr=subprocess.STDOUT)
    return server, base, key


def prepare(instance):
    organization = instance.call("POST", "/v1/organizations", {"name": "Demo"})
    key = instance.call("POST", f"/v1/organizations/{organization['id']}/api-keys", {"name": "demo"})["key"]
    api = Api(instance.base, key)
    bin_ = api.call("POST", "/v1/bins")
    survey = api.call("POST", "/v1/surveys", {
        "title": "How did we do?",
        "questions": [{"id": "score", "type": "nps", "title": "Would you recommend us?"}],
    })
    webhook = {"url": bin_["url"], "secret": SECRET}
    api.call("POST", "/v1/ticket-webhooks", dict(webhook, name="Demo tickets", events=["ticket.created"]))
    api.call("POST", f"/v1/surveys/{survey['id']}/webhooks", dict(webhook, name="Demo survey"))
    return api, bin_, survey


def act(api, survey):
    api.call("POST", "/v1/tickets", {"subject": "The printer is on fire", "requester": {"name": "Ada", "email": "ada@example.com"}})
    api.call("POST", f"/v1/surveys/{survey['id']}/responses", {"answers": {"score": {"value": 9}}})


def show(request):
    headers = {name.lower(): value for name, value in request["headers"].items()}
    body = request["body"].encode()
    expected = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    verified = hmac.compare_digest(expected, headers.get("x-webhook-signature", ""))
    print(f"\n{headers['x-webhook-event']}  delivery {headers['x-webhook-delivery']}")
    print(f"  X-Webhook-Signature: {headers.get('x-webhook-signature')}  {'VERIFIED' if verified else 'DOES NOT VERIFY'}")
    print("  " + json.dumps(json.loads(body), indent=2, ensure_ascii=False).replace("\n", "\n  "), flush=True)
    return verified


def watch(api, bin_, seen, until, keep_on):
    """Prints deliveries as they arrive; returns how many verified."""
    verified = 0
    while keep_on() and len(seen) < until:
        for request in reversed(api.call("GET", f"/v1/bins/{bin_['token']}/requests")["data"]):
            delivery = next((v for n, v in request["headers"].items() if n.lower() == "x-webhook-delivery"), None)
            if delivery and delivery not in seen:
                seen.add(delivery)
                verified += show(request)
        time.sleep(0.1)
    return verified


def interrupt(*_):
    raise KeyboardInterrupt


def main():
    signal.signal(signal.SIGTERM, interrupt)
    program = pathlib.Path(sys.argv[1]).resolve()
    folder = tempfile.mkdtemp(prefix="gatepost-demo-")
    server, base, key = start(program, folder)
    try:
        wait_ready(base, server)
        api, bin_, survey = prepare(Api(base, key))
        act(api, survey)
        seen, deadline = set(), time.monotonic() + 30
        verified = watch(api, bin_, seen, 2, lambda: time.monotonic() < deadline)
        if verified != 2:
            sys.exit(f"Expected 2 verified deliveries, saw {verified} of {len(seen)}.")
        print("\n2 deliveries arrived and their signatures verify.")
        if os.environ.get("DEMO_ONCE"):
            return
        print(f"\nStill serving at {base} (reference: {base}/docs). Create a ticket:\n")
        print(f"  curl -X POST {base}/v1/tickets -H 'Authorization: Bearer {api.key}' \\")
        print("    -H 'Content-Type: application/json' -d '{\"subject\":\"Hello\",\"requester\":{\"name\":\"You\"}}'\n")
        print(f"Its webhook is printed here, and shown at {bin_['url']} in a browser. Ctrl-C ends it.", flush=True)
        watch(api, bin_, seen, sys.maxsize, lambda: server.poll() is None)
    except KeyboardInterrupt:
        print()
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=35)
        shutil.rmtree(folder, ignore_errors=True)


main()
