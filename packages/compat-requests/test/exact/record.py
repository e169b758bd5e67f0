#!/usr/bin/env python3
"""Writes golden.json: the bytes that requests sends, for exact.test.ts to compare with.

    python3 packages/compat-requests/test/exact/record.py
"""
import io
import json
import pathlib
import re
import socket
import threading

import requests

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def sent(call):
    """The bytes of one request; a silence of 200 ms is its end."""
    listener = socket.create_server(("127.0.0.1", 0))
    received = bytearray()

    def serve():
        connection, _ = listener.accept()
        connection.settimeout(0.2)
        try:
            while chunk := connection.recv(65536):
                received.extend(chunk)
        except TimeoutError:
            pass
        connection.sendall(ANSWER)
        connection.close()

    thread = threading.Thread(target=serve)
    thread.start()
    session = requests.Session()
    session.trust_env = False
    port = listener.getsockname()[1]
    call(session, f"http://127.0.0.1:{port}/path?q=1")
    thread.join()
    listener.close()
    text = received.decode("latin-1").replace(f":{port}", ":<port>")
    text = re.sub(r"User-Agent: [^\r]*", "User-Agent: <agent>", text)
    text = re.sub(r"Accept-Encoding: gzip[^\r]*", "Accept-Encoding: <default>", text)
    text = re.sub(r"(.)\1{999,}", lambda run: f"<{run[1]} {len(run[0])}>", text)
    boundary = re.search(r"boundary=([0-9a-f]{32})", text)
    return text.replace(boundary[1], "<boundary>") if boundary else text


def chunks():
    yield b"first"
    yield b""
    yield b"x" * 70000
    yield "té"


class Unsized:
    def __init__(self, content):
        self.read = io.BytesIO(content).read


calls = {
    "GET": lambda s, url: s.get(url),
    "GET with framing of the caller's": lambda s, url: s.get(url, headers={"hOST": "other.test", "connection": "x, Keep-Alive", "X-Latin": "é"}),
    "GET without the default lines": lambda s, url: s.get(url, headers={"Connection": None, "Accept": None, "Accept-Encoding": None}),
    "GET with content": lambda s, url: s.get(url, data=b"abc"),
    "HEAD": lambda s, url: s.head(url),
    "OPTIONS": lambda s, url: s.options(url),
    "DELETE": lambda s, url: s.delete(url),
    "DELETE with content": lambda s, url: s.delete(url, json={"a": 1}),
    "POST without content": lambda s, url: s.post(url),
    "POST bytes": lambda s, url: s.post(url, data=b"\x00\xffabc"),
    "POST large bytes": lambda s, url: s.post(url, data=b"y" * 200000),
    "POST form": lambda s, url: s.post(url, data={"a": "1", "b": "é"}),
    "POST form of nothing": lambda s, url: s.post(url, data={"a": None}),
    "POST chunked": lambda s, url: s.post(url, data=chunks()),
    "POST chunked, empty": lambda s, url: s.post(url, data=iter([])),
    "POST chunked from what has no length": lambda s, url: s.post(url, data=Unsized(b"z" * 40000)),
    "POST expecting 100": lambda s, url: s.post(url, data=b"abc", headers={"Expect": "100-continue"}),
    "POST with a length of the caller's": lambda s, url: s.post(url, data=b"abc", headers={"content-length": "7"}),
    "PUT empty": lambda s, url: s.put(url),
    "PUT empty bytes": lambda s, url: s.put(url, data=b""),
    "PATCH text": lambda s, url: s.patch(url, data="text"),
    "multipart": lambda s, url: s.post(url, data={"field": "value"}, files={"file": ("näme.txt", b"content\r\n", "text/plain"), "other": b"more"}),
}

if __name__ == "__main__":
    golden = {"requests": requests.__version__, "sent": {name: sent(call) for name, call in calls.items()}}
    path = pathlib.Path(__file__).with_name("golden.json")
    path.write_text(json.dumps(golden, indent=2, ensure_ascii=True) + "\n")
