# RequestsCookieJar, and the functions beside it.


def _jar():
    jar = requests.cookies.RequestsCookieJar()
    jar.set("a", "1", domain="one.test", path="/")
    jar.set("b", "2", domain="one.test", path="/b")
    jar.set("c", "3", domain="two.test", path="/")
    return jar


def as_a_dictionary():
    jar = requests.cookies.RequestsCookieJar()
    jar["a"] = "1"
    jar["b"] = "2"
    see(jar["a"], "a" in jar, "z" in jar, len(jar), jar.get("z"), jar.get("z", "fallback"))
    del jar["a"]
    see("a" in jar, jar.keys(), jar.values(), jar.items())
    with error():
        see(jar["a"])


def keys_values_items():
    jar = _jar()
    see(jar.keys(), jar.values(), jar.items())
    see(list(jar.iterkeys()), list(jar.itervalues()), list(jar.iteritems()))


def iterating_gives_cookies():
    see([c.name + "=" + c.value + "@" + c.domain + c.path for c in _jar()])


def get_by_domain_and_path():
    jar = _jar()
    jar.set("a", "other", domain="two.test", path="/")
    see(jar.get("a", domain="one.test"), jar.get("a", domain="two.test"), jar.get("a", domain="three.test"))
    see(jar.get("b", path="/b"), jar.get("b", path="/"), jar.get("b", default="d", path="/"))


def conflict():
    jar = _jar()
    jar.set("a", "other", domain="two.test", path="/")
    with error():
        see(jar["a"])
    with error():
        see(jar.get("a"))
    see("a" in jar)


def set_none_removes():
    jar = _jar()
    jar.set("a", None)
    see(jar.keys())
    jar.set("b", None, domain="two.test")
    see(jar.keys())
    jar.set("b", None, domain="one.test", path="/b")
    see(jar.keys())


def get_dict():
    jar = _jar()
    see(jar.get_dict(), jar.get_dict(domain="one.test"), jar.get_dict(domain="one.test", path="/b"), jar.get_dict("two.test"))


def domains_and_paths():
    jar = _jar()
    see(jar.list_domains(), jar.list_paths(), jar.multiple_domains())
    single = requests.cookies.RequestsCookieJar()
    single.set("a", "1", domain="one.test")
    see(single.multiple_domains())


def pop():
    jar = _jar()
    see(jar.pop("a"), jar.pop("a", "fallback"), len(jar))
    with error():
        jar.pop("a")


def popitem():
    with error():
        _jar().popitem()


def setdefault():
    jar = _jar()
    see(jar.setdefault("a", "x"), jar.setdefault("n", "new"), jar["n"])


def update():
    jar = _jar()
    jar.update({"d": "4", "e": "5"})
    other = requests.cookies.RequestsCookieJar()
    other.set("a", "changed", domain="one.test", path="/")
    jar.update(other)
    see(jar)


def copy():
    jar = _jar()
    other = jar.copy()
    other.set("x", "9")
    see(len(jar), len(other), isinstance(other, requests.cookies.RequestsCookieJar))


def clear():
    jar = _jar()
    jar.clear("one.test", "/b")
    see(jar)
    jar.clear("one.test")
    see(jar)
    jar.clear()
    see(len(jar))


def clear_session_cookies():
    jar = _jar()
    jar.set("keep", "1", expires=4102444800, discard=False)
    jar.clear_session_cookies()
    see(jar.keys())


def clear_expired_cookies():
    jar = _jar()
    jar.set("old", "1", expires=1000, discard=False)
    jar.clear_expired_cookies()
    see(jar.keys())


def equality():
    a = requests.cookies.cookiejar_from_dict({"a": "1"})
    b = requests.cookies.cookiejar_from_dict({"a": "1"})
    see(a == b, a == requests.cookies.cookiejar_from_dict({"a": "2"}), a == {"a": "1"})


def create_cookie():
    c = requests.cookies.create_cookie("n", "v", domain=".d.test", path="/p", secure=True, expires=5, rest={"HttpOnly": True})
    see(c.name, c.value, c.domain, c.domain_specified, c.domain_initial_dot, c.path, c.path_specified, c.secure)
    see(c.expires, c.discard, c.port, c.version, c.comment, c.rfc2109, c.has_nonstandard_attr("HttpOnly"))


def create_cookie_defaults():
    c = requests.cookies.create_cookie("n", "v")
    see(c.domain, c.domain_specified, c.path, c.path_specified, c.secure, c.expires, c.discard, c.port_specified)


def create_cookie_with_unknown_keywords():
    with error():
        requests.cookies.create_cookie("n", "v", nonsense=1)


def set_cookie_strips_escaped_quotes():
    jar = requests.cookies.RequestsCookieJar()
    jar.set_cookie(requests.cookies.create_cookie("q", '"a\\"b"'))
    see(jar["q"])


def set_with_keywords():
    jar = requests.cookies.RequestsCookieJar()
    c = jar.set("n", "v", domain="d.test", path="/p", secure=True)
    see(c.name, c.secure, jar)


def cookiejar_from_dict():
    jar = requests.cookies.cookiejar_from_dict({"a": "1"})
    requests.cookies.cookiejar_from_dict({"a": "2", "b": "3"}, jar, overwrite=False)
    see(jar.get_dict())
    requests.cookies.cookiejar_from_dict({"a": "2"}, jar)
    see(jar.get_dict(), requests.cookies.cookiejar_from_dict(None).get_dict())


def merge_cookies():
    jar = requests.cookies.merge_cookies(requests.cookies.cookiejar_from_dict({"a": "1"}), {"a": "2", "b": "3"})
    see(jar.get_dict())
    jar = requests.cookies.merge_cookies(jar, _jar())
    see(jar.keys())
    with error():
        requests.cookies.merge_cookies({"a": "1"}, jar)


def get_cookie_header():
    p = requests.Request("GET", "http://one.test/b/x").prepare()
    see(requests.cookies.get_cookie_header(_jar(), p))
    p = requests.Request("GET", "http://none.test/").prepare()
    see(requests.cookies.get_cookie_header(_jar(), p))


def subdomains():
    jar = requests.cookies.RequestsCookieJar()
    jar.set("dot", "1", domain=".example.test")
    jar.set("host", "2", domain="example.test")
    for host in ["example.test", "www.example.test", "notexample.test"]:
        see(requests.cookies.get_cookie_header(jar, requests.Request("GET", "http://" + host + "/").prepare()))


def remove_cookie_by_name():
    jar = _jar()
    requests.cookies.remove_cookie_by_name(jar, "b", domain="two.test")
    see(jar.keys())
    requests.cookies.remove_cookie_by_name(jar, "b")
    see(jar.keys())


def extract_cookies_to_jar():
    server("/set", 200, {"Set-Cookie": "a=1; Path=/"})
    r = requests.get(http + "/set", stream=True)
    jar = requests.cookies.RequestsCookieJar()
    requests.cookies.extract_cookies_to_jar(jar, r.request, r.raw)
    see(jar.get_dict())


def add_dict_to_cookiejar():
    jar = requests.utils.add_dict_to_cookiejar(requests.cookies.RequestsCookieJar(), {"a": "1"})
    see(jar.get_dict(), requests.utils.dict_from_cookiejar(jar))


def mock_request():
    p = requests.Request("GET", "https://one.test:8443/p", headers={"Host": "two.test"}).prepare()
    m = requests.cookies.MockRequest(p)
    see(m.get_type(), m.get_host(), m.get_origin_req_host(), m.get_full_url(), m.is_unverifiable(), m.unverifiable)
    m.add_unredirected_header("X-A", "1")
    see(m.has_header("Host"), m.has_header("X-A"), m.get_header("X-A"), m.get_header("X-B", "d"), m.get_new_headers())
    with error():
        m.add_header("a", "b")


def get_policy():
    jar = requests.cookies.RequestsCookieJar()
    see(type(jar.get_policy()).__name__)
