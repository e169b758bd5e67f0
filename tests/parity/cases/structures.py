# CaseInsensitiveDict, LookupDict, and the codes.


def case_insensitive_dict():
    d = requests.structures.CaseInsensitiveDict({"Accept": "one"})
    see(d["aCCEPT"], d.get("accept"), d.get("none"), d.get("none", "d"), "ACCEPT" in d, "x" in d, len(d))
    d["ACCEPT"] = "two"
    see(list(d), list(d.items()), d["accept"])
    del d["accept"]
    see(len(d))
    with error():
        see(d["accept"])


def order_and_case():
    d = requests.structures.CaseInsensitiveDict([("B", "1"), ("a", "2"), ("b", "3")])
    see(list(d.keys()), list(d.values()), list(d.lower_items()))


def keywords():
    d = requests.structures.CaseInsensitiveDict({"a": "1"}, b="2")
    see(list(d.items()))


def updating():
    d = requests.structures.CaseInsensitiveDict({"a": "1"})
    d.update({"A": "2", "b": "3"})
    d.update([("c", "4")])
    see(list(d.items()), d.setdefault("D", "5"), d.setdefault("A", "6"), d.pop("b"), d.pop("b", "gone"), list(d))
    with error():
        d.pop("b")
    d.clear()
    see(len(d))


def popitem():
    d = requests.structures.CaseInsensitiveDict([("One", "1"), ("Two", "2")])
    see(d.popitem(), list(d))


def copying():
    d = requests.structures.CaseInsensitiveDict({"A": "1"})
    c = d.copy()
    c["a"] = "2"
    see(d["A"], c["A"], isinstance(c, requests.structures.CaseInsensitiveDict))


def equality():
    make = requests.structures.CaseInsensitiveDict
    see(make({"a": "1"}) == make({"A": "1"}), make({"a": "1"}) == {"A": "1"}, make({"a": "1"}) == make({"a": "2"}), make({"a": "1"}) == 1)


def representation():
    see(str(requests.structures.CaseInsensitiveDict({"Accept": "x", "b": "it's"})))


def lookup_dict():
    d = requests.structures.LookupDict(name="things")
    d.ok = 1
    see(d["ok"], d["none"], d.get("ok"), d.get("none"), d.get("none", 5), str(d))


def codes():
    c = requests.codes
    see(c.ok, c.OK, c.okay, c.all_good, c["ok"], c["\\o/"], c["✓"], c.not_found, c.NOT_FOUND, c.teapot, c.im_a_teapot)
    see(c.moved, c.permanent_redirect, c.resume, c.server_error, c["o_O"] if hasattr(c, "o_O") else None, c["-o-"], c.bandwidth)


def every_number():
    numbers = [requests.codes[name] for name in ["continue", "switching_protocols", "processing", "checkpoint", "uri_too_long"]]
    see(numbers)
    for name in ["created", "accepted", "no_content", "partial", "multi_status", "im_used", "multiple_choices", "found", "see_other"]:
        see(requests.codes[name])
    for name in ["not_modified", "use_proxy", "temporary_redirect", "bad_request", "unauthorized", "payment", "forbidden", "gone"]:
        see(requests.codes[name])
    for name in ["conflict", "length_required", "payload_too_large", "content_too_large", "unprocessable", "locked", "too_early"]:
        see(requests.codes[name])
    for name in ["too_many_requests", "legal_reasons", "client_closed_request", "not_implemented", "bad_gateway", "unavailable"]:
        see(requests.codes[name])
    for name in ["gateway_timeout", "http_version", "variant_also_negotiates", "insufficient_storage", "not_extended", "network_auth"]:
        see(requests.codes[name])


def unknown_codes():
    see(requests.codes["nonsense"], requests.codes.get("nonsense"), requests.codes.get("nonsense", 7))
    with error():
        see(requests.codes.nonsense)
