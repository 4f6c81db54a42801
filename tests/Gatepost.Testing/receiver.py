"""A receiver with nothing but Python's standard library: says of each request whether hmac confirms its signature.

usage: receiver.py SECRET FAILURES   (answers 500 to the first FAILURES requests, then 204)
First line of output: the port. Then one JSON line per request.
"""
import hashlib
import hmac
import http.server
import json
import sys
import time

secret, failures = sys.argv[1].encode(), int(sys.argv[2])
seen = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        global seen
        at = time.time()
        body = self.rfile.read(int(self.headers["Content-Length"]))
        expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
        seen += 1
        self.send_response(500 if seen <= failures else 204)
        self.send_header("Content-Length", "0")
        self.end_headers()
        print(json.dumps({
            "at": at,
            "verified": hmac.compare_digest(expected, self.headers["X-Webhook-Signature"]),
            "contentType": self.headers["Content-Type"],
            "event": self.headers["X-Webhook-Event"],
            "delivery": self.headers["X-Webhook-Delivery"],
            "custom": self.headers["X-Custom"],
            "body": body.decode(),
        }), flush=True)

    def log_message(self, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
