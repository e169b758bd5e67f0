"""The server that record.py lets the real requests talk to: it answers what a case scripts, and keeps the bytes that came.

driver/server.ts is its twin; what an answer may say is written down there.
"""

import hashlib
import re
import socket
import threading
import time

REASONS = {200: "OK", 302: "Found", 401: "Unauthorized", 404: "Not Found"}
NONCE = "3f0c1a7e5b"


class Exchange:
    """What a case scripted, and what it sent."""

    def __init__(self):
        self.routes = {}
        self.recorded = []
        self.used = {}


class Reader:
    def __init__(self, connection):
        self.connection = connection
        self.data = b""

    def more(self):
        data = self.connection.recv(65536)
        if not data:
            raise EOFError
        self.data += data

    def until(self, end):
        while end not in self.data:
            self.more()
            if self.data[0] == 0x16:
                raise EOFError  # TLS, which this server does not speak.
        found, self.data = self.data.split(end, 1)
        return found.decode("latin-1")

    def exactly(self, count):
        while len(self.data) < count:
            self.more()
        found, self.data = self.data[:count], self.data[count:]
        return found.decode("latin-1")


def receive(reader, to):
    head = reader.until(b"\r\n\r\n").split("\r\n")

    def header(name):
        return next((line[len(name) + 1 :].strip() for line in head if line.lower().startswith(name + ":")), "")

    record = {"to": to, "head": head, "framing": "none", "body": ""}
    if header("transfer-encoding").lower() == "chunked":
        record["framing"] = "chunked"
        record["chunks"] = []
        while length := int(reader.until(b"\r\n"), 16):
            record["chunks"].append(reader.exactly(length))
            reader.until(b"\r\n")
        reader.until(b"\r\n")
        record["body"] = "".join(record["chunks"])
    elif header("content-length").isdigit() and int(header("content-length")):
        record["framing"] = "length"
        record["body"] = reader.exactly(int(header("content-length")))
    return record


def verdict(digest, method, header):
    if not header or not header.startswith("Digest "):
        return "absent"
    found = re.findall(r'(\w+)=(?:"([^"]*)"|([^\s,]+))', header[7:])
    given = {name: quoted or bare for name, quoted, bare in found}
    algorithm = digest.get("algorithm") or "MD5"
    name = {"MD5-SESS": "md5", "MD5": "md5", "SHA": "sha1", "SHA-256": "sha256", "SHA-512": "sha512"}[algorithm]

    def hashed(text):
        return hashlib.new(name, text.encode()).hexdigest()

    def field(name):
        return given.get(name, "")

    a1 = hashed("%s:%s:%s" % (digest["user"], digest.get("realm", "parity"), digest["password"]))
    if algorithm == "MD5-SESS":
        a1 = hashed("%s:%s:%s" % (a1, field("nonce"), field("cnonce")))
    a2 = hashed("%s:%s" % (method, field("uri")))
    middle = "%s:%s:%s:" % (field("nc"), field("cnonce"), field("qop")) if field("qop") else ""
    return "good" if field("response") == hashed("%s:%s:%s%s" % (a1, field("nonce"), middle, a2)) else "bad"


def challenge(digest):
    parts = ['realm="%s"' % digest.get("realm", "parity"), 'nonce="%s"' % NONCE]
    if digest.get("qop"):
        parts.append('qop="%s"' % digest["qop"])
    if digest.get("opaque"):
        parts.append('opaque="%s"' % digest["opaque"])
    if digest.get("algorithm"):
        parts.append("algorithm=%s" % digest["algorithm"])
    name = "Proxy-Authenticate" if digest.get("status") == 407 else "WWW-Authenticate"
    return {"status": digest.get("status", 401), "headers": {name: "Digest " + ", ".join(parts)}, "body": "who?"}


def choose(exchange, record):
    method, target = record["head"][0].split(" ")[:2]
    path = re.sub(r"^https?://[^/?]*", "", target) or "/"
    for place in (target, path, path.split("?")[0]):
        for route in ("%s %s" % (method, place), place):
            answers = exchange.routes.get(route)
            if not answers:
                continue
            used = exchange.used.get(route, 0)
            exchange.used[route] = used + 1
            answer = answers[min(used, len(answers) - 1)]
            digest = answer.get("digest")
            if not digest:
                return answer
            line = next((l for l in record["head"] if re.match("(?:proxy-)?authorization:", l, re.I)), None)
            record["digest"] = verdict(digest, method, line and line.split(":", 1)[1].strip())
            return answer if record["digest"] == "good" else challenge(digest)
    return {"body": "ok", "headers": {"Content-Type": "text/plain"}}


def to_bytes(value):
    return value.encode() if isinstance(value, str) else bytes(value)


def reply(connection, answer, method):
    """Answers, and says whether the connection stays open."""
    if answer.get("delay"):
        time.sleep(answer["delay"])
    if answer.get("drop"):
        return False
    if answer.get("raw") is not None:
        connection.sendall(to_bytes(answer["raw"]))
        if answer.get("hold"):
            while connection.recv(65536):
                pass
        return False
    status = answer.get("status", 200)
    code, reason = (status, REASONS.get(status, "Some Reason")) if isinstance(status, int) else status
    headers = answer.get("headers") or {}
    headers = list(headers.items() if isinstance(headers, dict) else headers)
    body = to_bytes(answer.get("body", ""))
    bare = code < 200 or code in (204, 304)
    chunks = answer.get("chunks")
    if chunks is not None:
        headers.append(("Transfer-Encoding", "chunked"))
    elif not bare:
        headers.append(("Content-Length", str(len(body))))
    if answer.get("close"):
        headers.append(("Connection", "close"))
    lines = "".join("%s: %s\r\n" % pair for pair in headers)
    parts = [("HTTP/1.1 %d %s\r\n%s\r\n" % (code, reason, lines)).encode("latin-1")]
    if method != "HEAD" and not bare:
        if chunks is None:
            parts.append(body)
        else:
            for chunk in map(to_bytes, chunks):
                parts.append(b"%x\r\n%s\r\n" % (len(chunk), chunk))
            parts.append(b"0\r\n\r\n")
    connection.sendall(b"".join(parts))
    return not answer.get("close")


class ParityServer:
    """Serves many cases one after the other; a connection belongs to the case in which it was made."""

    def __init__(self):
        self.exchange = Exchange()
        self.accepted = threading.Condition()
        self.peers = set()
        self.ports = {}
        for name in ("http", "proxy", "refused"):
            listener = socket.create_server(("127.0.0.1", 0))
            self.ports[name] = listener.getsockname()[1]
            if name == "refused":
                listener.close()
            else:
                threading.Thread(target=self.accept, args=(listener, name), daemon=True).start()

    def accept(self, listener, to):
        while True:
            connection, peer = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(connection, to, self.exchange), daemon=True).start()
            with self.accepted:
                self.peers.add(peer)
                self.accepted.notify_all()

    def next(self):
        """Begins another case: connections that are still to be accepted belong to the case before."""
        for name in ("http", "proxy"):
            with socket.create_connection(("127.0.0.1", self.ports[name])) as last:
                with self.accepted:
                    self.accepted.wait_for(lambda: last.getsockname() in self.peers)
        self.peers.clear()
        self.exchange = Exchange()

    def serve(self, connection, to, exchange):
        reader = Reader(connection)
        try:
            while True:
                record = receive(reader, to)
                exchange.recorded.append(record)
                if not reply(connection, choose(exchange, record), record["head"][0].split(" ")[0]):
                    break
        except (EOFError, OSError, ValueError):
            pass  # The client went away.
        connection.close()
