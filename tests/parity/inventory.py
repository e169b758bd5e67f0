#!/usr/bin/env python3
"""Writes inventory.json: every public name of the installed requests, for inventory.test.ts to find in ours.

A name is public where a module of requests defines it, or imports it in order to export it (`noqa: F401`), and it does
not begin with an underscore. Of a class all members count, inherited ones and those that __init__ sets.
"""

import ast
import importlib
import inspect
import json
from pathlib import Path

import requests

HERE = Path(__file__).resolve().parent
MODULES = [
    "", "adapters", "api", "auth", "certs", "cookies", "exceptions", "help", "hooks", "models", "sessions", "status_codes",
    "structures", "utils", "_internal_utils",
]  # fmt: skip
# What users know by these places, though nothing in the source says so.
MORE = {"adapters": ["Retry"], "certs": ["where"], "utils": ["cookiejar_from_dict"]}


def parameters(function):
    """Names in order; `=` stands behind those with a default, `*` and `**` before those that take the rest."""
    try:
        found = inspect.signature(function).parameters.values()
    except ValueError:
        return None
    marks = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}
    return [
        marks.get(p.kind, "") + p.name + ("=" if p.default is not p.empty else "") for p in found if p.name != "self"
    ]


def set_by_init(cls):
    """What the __init__ of a class and of its bases in requests sets on self."""
    names = set()
    for base in cls.__mro__:
        if not base.__module__.startswith(("requests", "json", "urllib3")):
            continue
        names.update(vars(base).get("__annotations__", {}))
        init = vars(base).get("__init__")
        if init is None:
            continue
        tree = ast.parse("if 1:\n" + inspect.getsource(init))
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
                if isinstance(node.value, ast.Name) and node.value.id == "self":
                    names.add(node.attr)
    return {name for name in names if not name.startswith("_")}


def class_of(cls):
    methods, attributes, protocols = {}, set_by_init(cls), []
    for name in dir(cls):
        value = inspect.getattr_static(cls, name)
        if name.startswith("__"):
            if any(name in vars(base) for base in cls.__mro__ if base.__module__.startswith("requests")) and callable(value):
                protocols.append(name)
        elif not name.startswith("_"):
            member = getattr(cls, name)
            if callable(member):
                methods[name] = parameters(member)
            else:
                attributes.add(name)
    bases = [
        ("urllib3." if b.__module__.startswith("urllib3") else "") + b.__name__
        for b in cls.__mro__[1:]
        if b not in (object, BaseException) and not b.__name__.startswith("_")
    ]
    return {
        "kind": "class",
        "bases": bases,
        "parameters": parameters(cls) if "__init__" in protocols or "Retry" == cls.__name__ else None,
        "methods": methods,
        "attributes": sorted(attributes),
        "protocols": sorted(protocols),
    }


def names_of(module):
    source = inspect.getsource(module)
    lines = source.split("\n")
    for node in ast.parse(source).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Name):
                    yield target.id
        elif isinstance(node, ast.ImportFrom) and node.level == 1 and node.module not in ("compat", "_types", "__version__"):
            whole = module is requests or "F401" in lines[node.lineno - 1]
            for name in node.names:
                if whole or "F401" in lines[name.lineno - 1]:
                    yield name.asname or name.name


def main():
    inventory = {}
    for short in MODULES:
        module = importlib.import_module("requests." + short if short else "requests")
        found = {}
        for name in [*names_of(module), *MORE.get(short, [])]:
            if name.startswith("_") or name in found or not hasattr(module, name):
                continue
            value = getattr(module, name)
            if inspect.ismodule(value):
                found[name] = {"kind": "module"}
            elif inspect.isclass(value):
                found[name] = class_of(value)
            elif inspect.isroutine(value):
                found[name] = {"kind": "function", "parameters": parameters(value)}
            elif getattr(type(value), "__module__", "") not in ("typing", "types"):
                found[name] = {"kind": "value"}
        inventory[short or "requests"] = dict(sorted(found.items()))
    tree = {"requests": requests.__version__, "modules": inventory}
    (HERE / "inventory.json").write_text(json.dumps(tree, indent=2) + "\n")


main()
