"""Makes backups as docs/operations.md says, under load, restores them, and checks what comes of it.

For each kind of backup: what had been delivered is not sent again, what waited is sent again under the same delivery ids and with
valid signatures, and what was acknowledged before the backup began is there. Ends with a line per kind; the exit code counts the failures.
Only Python's standard library, PostgreSQL's programs and the published server.
"""
import glob
import hashlib
import hmac
import http.server
import json
import os
import pathlib
import pwd
import secrets
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

SECRET = "backup-secret-of-16-or-more-characters"
PATIENCE = 120
DELIVERED, WAITING = 100, 40


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait(what, condition):
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {PATIENCE} s: {what}")
        time.sleep(0.1)


class Receiver:
    """Answers 200 or 503, and remembers the delivery ids it answered 200."""

    def __init__(self):
        self.well, self.taken, self.forged = True, [], 0
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                expected = "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
                well = outer.well
                if not hmac.compare_digest(expected, self.headers.get("X-Webhook-Signature", "")):
                    outer.forged += 1
                elif well:
                    outer.taken.append(self.headers["X-Webhook-Delivery"].replace("-", ""))
                self.send_response(200 if well else 503)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Postgres:
    """A server of one's own. Its programs refuse root."""

    def __init__(self, folder):
        self.folder, self.data, self.port, self.process = folder, os.path.join(folder, "data"), free_port(), None
        os.makedirs(folder, exist_ok=True)
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam("postgres").pw_uid, -1)

    @staticmethod
    def command(program, *arguments):
        folder = max(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda f: int(f.split("/")[-2]))
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--"] if os.geteuid() == 0 else []
        return [*user, os.path.join(folder, program), *arguments]

    def run(self, program, *arguments):
        done = subprocess.run(self.command(program, *arguments), cwd=self.folder, capture_output=True, text=True, timeout=PATIENCE * 5)
        if done.returncode:
            raise AssertionError(f"{program}: {done.stderr}")
        return done.stdout

    def to(self, database):
        return ["-h", "127.0.0.1", "-p", str(self.port), "-U", "gatepost", "-d", database]

    def query(self, sql, database="gatepost"):
        return self.run("psql", *self.to(database), "-AtXc", sql).split()

    def create(self, database):
        self.run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "--owner=gatepost", "--template=template0", database)

    def init(self):
        self.run("initdb", "-D", self.data, "--username=postgres", "--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8")
        return self

    def start(self):
        self.process = subprocess.Popen(
            self.command("postgres", "-D", self.data, "-k", self.folder, "-h", "127.0.0.1", "-p", str(self.port)),
            cwd=self.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait("PostgreSQL takes connections", lambda: subprocess.run(
            self.command("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)), cwd=self.folder).returncode == 0)
        return self

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)

    def connection(self, database="gatepost"):
        return f"Host=127.0.0.1;Port={self.port};Username=gatepost;Database={database}"


class Node:
    running = set()

    def __init__(self, program, folder, settings):
        os.makedirs(folder, exist_ok=True)
        self.base = f"http://127.0.0.1:{free_port()}"
        environment = dict(
            os.environ, Gatepost__DataDirectory=folder, Gatepost__Egress__AllowedNetworks__0="127.0.0.1/32", Gatepost__Egress__AllowHttp="true",
            Gatepost__Deliveries__DisableAfterConsecutiveFailures="0", **settings)
        self.process = subprocess.Popen(
            [program, "--urls", self.base], env=environment, stdout=open(os.path.join(folder, "log"), "wb"), stderr=subprocess.STDOUT)
        Node.running.add(self.process)
        wait("the node is ready", self.is_ready)

    def is_ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the node stopped with exit code {self.process.returncode}")
        try:
            urllib.request.urlopen(self.base + "/health/ready", timeout=5).close()
            return True
        except OSError:
            return False

    def call(self, key, method, path, body=None):
        request = urllib.request.Request(self.base + path, method=method, data=None if body is None else json.dumps(body).encode())
        request.add_header("Authorization", f"Bearer {key}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        Node.running.discard(self.process)
        if self.process.wait(PATIENCE) != 0:
            raise AssertionError(f"the node stopped with exit code {self.process.returncode}")


class Story:
    """Delivered, then waiting, then a backup under load, then delivered and more."""

    def __init__(self, program, folder, settings):
        self.program, self.folder = program, folder
        self.instance = "gp_instance_" + secrets.token_urlsafe(32)
        self.settings = dict(settings, Gatepost__BootstrapKey=self.instance)
        self.receiver = Receiver()
        self.node = Node(program, os.path.join(folder, "node"), self.settings)
        organization = self.node.call(self.instance, "POST", "/v1/organizations", {"name": "Backups"})
        self.key = self.node.call(self.instance, "POST", f"/v1/organizations/{organization['id']}/api-keys", {"name": "backups"})["key"]
        self.node.call(self.key, "POST", "/v1/ticket-webhooks", {
            "name": "Backups", "url": self.receiver.url, "secret": SECRET, "events": ["ticket.created"], "retryPolicy": [1] * 10})

    def ticket(self, subject):
        return self.node.call(self.key, "POST", "/v1/tickets", {"subject": subject, "requester": {"email": "ada@example.com"}})["id"]

    def back_up(self, make):
        """make() makes the backups; tickets are created meanwhile. Returns the tickets acknowledged before, and those after it."""
        before = [self.ticket("delivered") for _ in range(DELIVERED)]
        wait("all were delivered", lambda: len(self.receiver.taken) >= DELIVERED)
        wait("all are written down", lambda: not self.waiting())
        self.receiver.well = False
        before += [self.ticket("waiting") for _ in range(WAITING)]
        enough, failures = threading.Event(), []
        load = threading.Thread(target=self.go_on, args=(enough, failures))
        load.start()
        make()
        enough.set()
        load.join()
        assert not failures, f"the API did not answer during the backup: {failures[0]}"
        after = [self.ticket("after the backup") for _ in range(10)]
        self.receiver.well = True
        wait("what waited was delivered meanwhile", lambda: len(self.receiver.taken) >= DELIVERED + WAITING + 10 and not self.waiting())
        self.node.stop()
        return before, after

    def go_on(self, enough, failures):
        try:
            while not enough.is_set():
                self.ticket("during the backup")
        except OSError as e:
            failures.append(e)

    def waiting(self):
        return sum(len(self.node.call(self.key, "GET", f"/v1/deliveries?status={status}&limit=1")["data"]) for status in ("pending", "sending"))

    def check(self, name, settings, expected, tickets):
        """Starts a node on what was restored; expected are the delivery ids that waited in it."""
        before, after = tickets
        assert len(expected) >= WAITING, f"only {len(expected)} deliveries waited in the backup"
        known = len(self.receiver.taken)
        self.node = Node(self.program, os.path.join(self.folder, name), dict(self.settings, **settings))
        wait("what waited is sent again", lambda: len(self.receiver.taken) - known >= len(expected) and not self.waiting())
        again = self.receiver.taken[known:]
        assert sorted(again) == sorted(expected), f"{len(again)} were sent, {len(expected)} waited"
        twice = len(set(again) & set(self.receiver.taken[:known]))
        assert self.receiver.forged == 0, f"{self.receiver.forged} signatures were wrong"
        for ticket in before:
            self.node.call(self.key, "GET", f"/v1/tickets/{ticket}")
        for ticket in after:
            try:
                self.node.call(self.key, "GET", f"/v1/tickets/{ticket}")
                raise AssertionError("a ticket of after the backup is there")
            except urllib.error.HTTPError as e:
                assert e.code == 404
        self.node.stop()
        print(f"{name}: {len(before)} tickets restored, {len(expected)} deliveries sent again, {twice} of them for the second time; none else", flush=True)


def sqlite(program, folder):
    story = Story(program, folder, {})
    home, restored = os.path.join(folder, "node"), os.path.join(folder, "vacuum-into")
    os.makedirs(restored)
    copy = os.path.join(restored, "gatepost.db")

    def make():
        connection = sqlite3.connect(f"file:{home}/gatepost.db?mode=ro", uri=True)
        connection.execute(f"VACUUM INTO '{copy}'")
        connection.close()
        shutil.copy2(os.path.join(home, "master.key"), restored)

    tickets = story.back_up(make)
    connection = sqlite3.connect(copy)
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    waiting = [row[0].lower() for row in connection.execute("SELECT hex(id) FROM deliveries WHERE status IN (0, 1)")]
    connection.close()
    story.check("vacuum-into", {}, waiting, tickets)


def postgres(program, folder):
    key = subprocess.run(["openssl", "rand", "-base64", "32"], capture_output=True, text=True, check=True).stdout.strip()
    server, copy = Postgres(os.path.join(folder, "postgres")).init().start(), Postgres(os.path.join(folder, "copy"))
    try:
        server.run("createuser", "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres", "gatepost")
        server.create("gatepost")
        story = Story(program, folder, {
            "Gatepost__Storage__Provider": "postgres", "Gatepost__Storage__ConnectionString": server.connection(), "Gatepost__MasterKeys__0": key})
        dump = os.path.join(server.folder, "gatepost.dump")

        def make():
            server.run("pg_dump", *server.to("gatepost"), "-Fc", "-f", dump)
            copy.run("pg_basebackup", "-D", copy.data, "-h", "127.0.0.1", "-p", str(server.port), "-U", "postgres", "-X", "stream", "--checkpoint=fast")

        tickets = story.back_up(make)
        server.create("restored")
        server.run("pg_restore", *server.to("restored"), "--exit-on-error", "--jobs=2", dump)
        copy.start()
        for name, where, database in (("pg-dump", server, "restored"), ("pg-basebackup", copy, "gatepost")):
            waiting = where.query("SELECT replace(id::text, '-', '') FROM deliveries WHERE status IN (0, 1)", database)
            story.check(name, {"Gatepost__Storage__ConnectionString": where.connection(database)}, waiting, tickets)
    finally:
        for one in (server, copy):
            if one.process:
                one.stop()


def main():
    program, failures = str(pathlib.Path(sys.argv[1]).resolve()), 0
    for kind in (sqlite, postgres):
        folder = tempfile.mkdtemp(prefix="gatepost-backups-")
        os.chmod(folder, 0o755)
        try:
            kind(program, folder)
        except (AssertionError, OSError) as e:
            failures += 1
            for process in Node.running:
                process.kill()
            Node.running.clear()
            print(f"{kind.__name__}: FAILED: {e}; see {folder}", flush=True)
            continue
        shutil.rmtree(folder)
    sys.exit(failures)


main()
