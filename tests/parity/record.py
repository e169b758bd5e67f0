#!/usr/bin/env python3
"""Runs the cases with the real requests, and writes down what it did.

    record.py                     writes golden/<group>.json afresh
    record.py --check             compares with what is there; prints {"requests": version, "differs": [case, ...]}
    record.py --requests PATH     a folder that holds the package `requests`, in the place of the installed one
    record.py cookies redirects   only these groups

Python 3.11 and requests; of the rest the standard library is enough.
"""

import argparse
import ast
import contextlib
import gc
import gzip
import hashlib
import http.cookiejar
import io
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
import warnings
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(HERE))

parser = argparse.ArgumentParser()
parser.add_argument("--check", action="store_true")
parser.add_argument("--verbose", action="store_true")
parser.add_argument("--requests")
parser.add_argument("groups", nargs="*")
options = parser.parse_args()
if options.requests:
    sys.path.insert(0, options.requests)

# What a plain installation has: charset_normalizer, and neither chardet nor simplejson.
sys.modules["chardet"] = None
sys.modules["simplejson"] = None
ENVIRONMENT = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "TZ": "UTC"}
os.environ.clear()
os.environ.update(ENVIRONMENT)
warnings.simplefilter("ignore")

import requests  # noqa: E402
import requests.adapters  # noqa: E402
import requests.auth  # noqa: E402
import requests.help  # noqa: E402
from server import ParityServer  # noqa: E402

warnings.simplefilter("ignore")

BUILTIN_ERRORS = (
    OSError, ValueError, TypeError, RuntimeError, LookupError, KeyError, AttributeError, NotImplementedError, UnicodeError,
)  # fmt: skip
OWN_ERRORS = [
    value
    for value in vars(requests.exceptions).values()
    if isinstance(value, type) and issubclass(value, Exception) and value.__module__ == "requests.exceptions"
]


def error_of(error):
    """An exception as it is compared: class, ancestry, and the message where requests' own code wrote it."""
    own = isinstance(error, requests.RequestException) or type(error).__module__.startswith("requests")
    bases = [base.__name__ for base in (*OWN_ERRORS, *BUILTIN_ERRORS) if isinstance(error, base)]
    # Of Python's own, the general class counts: UnicodeDecodeError is a UnicodeError.
    name = next((base.__name__ for base in type(error).__mro__ if own or base in BUILTIN_ERRORS), type(error).__name__)
    seen = {"error": name, "is": sorted(set(bases))}
    if own and len(error.args) == 1 and isinstance(error.args[0], str) and "object at 0x" not in str(error):
        seen["message"] = str(error)
    return seen


def encode(value):
    """A value as JSON has it; what JSON has no form for is an object of one key."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (bytes, bytearray)):
        return {"bytes": value.decode("latin-1")}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, http.cookiejar.CookieJar):
        return {"jar": [encode(cookie) for cookie in value]}
    if isinstance(value, http.cookiejar.Cookie):
        return {"cookie": [value.name, value.value, value.domain, value.path]}
    if isinstance(value, BaseException):
        return error_of(value)
    if isinstance(value, (set, frozenset)):
        return {"set": sorted(encode(item) for item in value)}
    if isinstance(value, (dict, requests.structures.CaseInsensitiveDict)):
        if not isinstance(value, requests.structures.LookupDict):
            return {"dict": {str(key): encode(item) for key, item in value.items()}}
    if isinstance(value, type):
        return {"class": value.__name__}
    return {"object": type(value).__name__}


class Case:
    def __init__(self, server, folder):
        self.server = server
        self.folder = folder
        self.seen = []
        server.next()
        os.environ.clear()
        os.environ.update(ENVIRONMENT, HOME=folder)

    def names(self):
        url = "http://127.0.0.1:%d"
        ports = self.server.ports
        return {
            "requests": requests,
            "io": io,
            "gzip": gzip,
            "zlib": zlib,
            "cookielib": http.cookiejar,
            "time": time,
            "http": url % ports["http"],
            "local": "http://localhost:%d" % ports["http"],
            "proxy": url % ports["proxy"],
            "refused": url % ports["refused"],
            "server": self.script,
            "env": self.env,
            "file": self.file,
            "see": self.see,
            "error": self.error,
        }

    def script(self, route, status=200, headers=None, body="", **rest):
        answer = {"status": status, "headers": headers, "body": body, **rest}
        self.server.exchange.routes.setdefault(route, []).append(answer)

    def env(self, **values):
        for name, value in values.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value

    def file(self, name, content):
        path = Path(self.folder, name)
        path.write_bytes(content)
        return str(path)

    def see(self, *values):
        self.seen.extend(encode(value) for value in values)

    @contextlib.contextmanager
    def error(self):
        block = type("ErrorBlock", (), {"value": None})()
        try:
            yield block
        except Exception as error:
            block.value = error
            self.seen.append(error_of(error))


def normalise(tree, ports, folder):
    """Puts words in the place of what is another in each run."""
    boundaries = set(re.findall(r'(?:form-data; boundary=|"--)([0-9a-f]{32})', json.dumps(tree)))
    names = {str(port): name for name, port in ports.items()}
    any_port = re.compile(r"(?<![0-9A-Za-z])(%s)(?![0-9A-Za-z])" % "|".join(names))

    def text(value):
        for boundary in boundaries:
            value = value.replace(boundary, "<boundary>")
        value = any_port.sub(lambda match: "<%s>" % names[match[1]], value).replace(folder, "<folder>")
        value = re.sub(r"python-(requests|urllib3)/\d[\w.]*", r"python-\1/<version>", value)
        value = re.sub(r"^(Accept-Encoding: |)gzip, deflate(, br)?(, zstd)?$", r"\1<default>", value)
        if "Digest " in value:
            value = re.sub(r'cnonce="[^"]*"', 'cnonce="<cnonce>"', value)
            if "<cnonce>" in value or "MD5-SESS" in value:
                value = re.sub(r'response="[^"]*"', 'response="<response>"', value)
        if len(value) > 1000:
            return {"length": len(value), "sha256": hashlib.sha256(value.encode()).hexdigest()}
        return value

    def walk(value):
        if isinstance(value, str):
            return text(value)
        if isinstance(value, list):
            return [walk(item) for item in value]
        if isinstance(value, dict):
            return {key: walk(item) for key, item in value.items()}
        return value

    return walk(tree)


class TooLong(BaseException):
    pass


def too_long(*_):
    raise TooLong


def run(case, function):
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(10)
    try:
        function()
    except Exception as error:
        case.seen.append({"ended": error_of(error)})
    except TooLong:
        raise SystemExit("%s did not end" % function.__name__) from None
    finally:
        signal.alarm(0)
    gc.collect()
    wire = []
    for record in case.server.exchange.recorded:
        kept = {"to": record["to"], "head": record["head"]}
        if record["framing"] != "none":
            kept[record["framing"]] = record["body"] if record["framing"] == "length" else record["chunks"]
        if "digest" in record:
            kept["digest"] = record["digest"]
        wire.append(kept)
    return normalise({"seen": case.seen, "wire": wire}, case.server.ports, case.folder)


def layout(value, indent=0):
    """JSON for people: what fits stands in one line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or (len(line) < 260 and indent > 2):
        return line
    pad = "\n" + "  " * (indent + 1)
    if isinstance(value, dict):
        parts = ["%s: %s" % (json.dumps(key, ensure_ascii=False), layout(item, indent + 1)) for key, item in value.items()]
        return "{%s%s\n%s}" % (pad, ("," + pad).join(parts), "  " * indent)
    parts = [layout(item, indent + 1) for item in value]
    return "[%s%s\n%s]" % (pad, ("," + pad).join(parts), "  " * indent)


def cases_of(path):
    source = path.read_text()
    names = [node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name[0] != "_"]
    if len(names) != len(set(names)):
        raise SystemExit("%s: two cases of one name" % path)
    return compile(source, str(path), "exec"), names


def main():
    server = ParityServer()
    gc.freeze()  # What is here now stays; so that each case's own waste is found quickly.
    differs = []
    slow = []
    count = 0
    for path in sorted((HERE / "cases").glob("*.py")):
        if options.groups and path.stem not in options.groups:
            continue
        code, names = cases_of(path)
        results = {}
        for name in names:
            folder = tempfile.mkdtemp(prefix="parity-")
            case = Case(server, folder)
            scope = case.names()
            exec(code, scope)
            start = time.monotonic()
            results[name] = run(case, scope[name])
            if time.monotonic() - start > 0.5:
                slow.append("%s %.1f" % (name, time.monotonic() - start))
            shutil.rmtree(folder)
            count += 1
        os.environ.clear()
        os.environ.update(ENVIRONMENT)
        golden = HERE / "golden" / (path.stem + ".json")
        if options.check:
            kept = json.loads(golden.read_text())["cases"]
            for name in kept.keys() | results.keys():
                if kept.get(name) != json.loads(json.dumps(results.get(name))):
                    differs.append("%s/%s" % (path.stem, name))
                    if options.verbose:
                        print(name, json.dumps(kept.get(name)), json.dumps(results.get(name)), sep="\n  ", file=sys.stderr)
        else:
            tree = {"requests": requests.__version__, "cases": results}
            golden.write_text(layout(tree) + "\n")
    if options.check:
        print(json.dumps({"requests": requests.__version__, "cases": count, "differs": sorted(differs)}))
    else:
        print("%d cases by requests %s; slow: %s" % (count, requests.__version__, slow))


main()
