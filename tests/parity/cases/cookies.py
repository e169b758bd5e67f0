# Cookies between client and server.


def of_the_call():
    requests.get(http + "/", cookies={"a": "1", "b": "two words"})


def of_a_jar():
    jar = requests.cookies.RequestsCookieJar()
    jar.set("tasty", "yum", domain="127.0.0.1", path="/cookies")
    jar.set("gross", "blech", domain="127.0.0.1", path="/elsewhere")
    requests.get(http + "/cookies", cookies=jar)
    requests.get(http + "/cookies/below", cookies=jar)
    requests.get(http + "/cookiesnot", cookies=jar)


def session_keeps_them():
    server("/set", 200, [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2")])
    s = requests.Session()
    s.get(http + "/set")
    s.get(http + "/next")
    see(s.cookies.get_dict())


def default_path():
    server("/one/two/set", 200, {"Set-Cookie": "c=1"})
    s = requests.Session()
    s.get(http + "/one/two/set")
    see([(c.path, c.domain) for c in s.cookies])
    for path in ["/one/two", "/one/two/x", "/one", "/one/twofold"]:
        s.get(http + path)


def call_cookies_are_not_kept():
    s = requests.Session()
    s.get(http + "/", cookies={"once": "1"})
    s.get(http + "/")


def call_and_session_merge():
    s = requests.Session()
    s.cookies.update({"a": "session", "b": "session"})
    s.get(http + "/", cookies={"a": "call", "c": "call"})
    see(s.cookies.get_dict())


def order_in_the_header():
    s = requests.Session()
    s.cookies.set("z", "1", domain="127.0.0.1", path="/")
    s.cookies.set("a", "2", domain="127.0.0.1", path="/deep")
    s.cookies.set("m", "3", domain="127.0.0.1", path="/")
    s.get(http + "/deep/x")


def max_age_zero_removes():
    server("/set", 200, {"Set-Cookie": "a=1; Path=/"})
    server("/gone", 200, {"Set-Cookie": "a=1; Path=/; Max-Age=0"})
    s = requests.Session()
    s.get(http + "/set")
    see(s.cookies.get("a"))
    s.get(http + "/gone")
    see(s.cookies.get("a"))


def expires_in_the_past_removes():
    server("/set", 200, {"Set-Cookie": "a=1; Path=/"})
    server("/gone", 200, {"Set-Cookie": "a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT"})
    s = requests.Session()
    s.get(http + "/set")
    s.get(http + "/gone")
    see(s.cookies.get_dict())


def expires_in_the_future():
    server("/set", 200, {"Set-Cookie": "a=1; Path=/; Expires=Fri, 01 Jan 2100 00:00:00 GMT"})
    s = requests.Session()
    s.get(http + "/set")
    see([(c.name, c.expires, c.discard) for c in s.cookies])


def secure_cookies_stay_off_http():
    server("/set", 200, {"Set-Cookie": "a=1; Path=/; Secure"})
    s = requests.Session()
    s.get(http + "/set")
    see([(c.name, c.secure) for c in s.cookies])
    s.get(http + "/next")


def attributes():
    server("/set", 200, {"Set-Cookie": "a=1; Path=/p; HttpOnly; SameSite=Lax; Comment=c"})
    s = requests.Session()
    s.get(http + "/p/../set")
    s.get(http + "/set")
    see([(c.name, c.path, c.path_specified, c.domain_specified, c.has_nonstandard_attr("HttpOnly")) for c in s.cookies])


def other_domains_are_refused():
    server("/set", 200, [("Set-Cookie", "a=1; Domain=example.org"), ("Set-Cookie", "b=2; Domain=0.0.1")])
    s = requests.Session()
    s.get(http + "/set")
    see(s.cookies)


def hosts_are_apart():
    server("/set", 200, {"Set-Cookie": "a=1; Path=/"})
    s = requests.Session()
    s.get(http + "/set")
    s.get(local + "/next")
    see(s.cookies)


def localhost_has_a_domain():
    server("/set", 200, {"Set-Cookie": "a=1; Path=/"})
    s = requests.Session()
    s.get(local + "/set")
    see(s.cookies)
    s.get(local + "/next")


def domains_by_the_host_header():
    server("/set", 200, [("Set-Cookie", "a=1; Path=/; Domain=example.test"), ("Set-Cookie", "b=2")])
    s = requests.Session()
    s.get(http + "/set", headers={"Host": "www.example.test"})
    see(s.cookies)
    s.get(http + "/next", headers={"Host": "other.example.test"})
    s.get(http + "/next", headers={"Host": "www.example.test"})


def quoted_values():
    server("/set", 200, [("Set-Cookie", 'a="quoted value"; Path=/'), ("Set-Cookie", "b=with=equals; Path=/")])
    s = requests.Session()
    s.get(http + "/set")
    s.get(http + "/next")
    see(s.cookies.get_dict())


def odd_lines():
    server("/set", 200, [("Set-Cookie", "novalue; Path=/"), ("Set-Cookie", "=noname; Path=/"), ("Set-Cookie", ""), ("Set-Cookie", "e=; Path=/")])
    s = requests.Session()
    s.get(http + "/set")
    see(s.cookies)
    s.get(http + "/next")


def later_replaces_earlier():
    server("/set", 200, [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "a=2; Path=/"), ("Set-Cookie", "A=3; Path=/")])
    s = requests.Session()
    s.get(http + "/set")
    s.get(http + "/next")


def deleting_from_the_session():
    s = requests.Session()
    s.cookies["a"] = "1"
    s.cookies["b"] = "2"
    del s.cookies["a"]
    s.get(http + "/")
    s.cookies.clear()
    s.get(http + "/")


def number_values():
    with error():
        requests.get(http + "/", cookies={"a": 1})


def policy_that_refuses():
    class Never(cookielib.DefaultCookiePolicy):
        def set_ok(self, cookie, request):
            see(cookie.name)
            return cookie.name == "b"

    server("/set", 200, [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/")])
    s = requests.Session()
    s.cookies.set_policy(Never())
    s.get(http + "/set")
    see(s.cookies.get_dict())


def policy_that_returns_none():
    class Never(cookielib.DefaultCookiePolicy):
        def return_ok(self, cookie, request):
            return False

    s = requests.Session()
    s.cookies.set("a", "1")
    s.cookies.set_policy(Never())
    s.get(http + "/")


def session_cookies_replaced():
    s = requests.Session()
    s.cookies = requests.cookies.cookiejar_from_dict({"own": "jar"})
    s.get(http + "/")


def prepared_cookies():
    p = requests.Request("GET", http + "/", cookies={"a": "1"}).prepare()
    see(p.headers)
    p.prepare_cookies({"b": "2"})
    see(p.headers.get("Cookie"))


def escapes_in_values():
    requests.get(http + "/", cookies={"a": "x,y", "b": "=z"})
