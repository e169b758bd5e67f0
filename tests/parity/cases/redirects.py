# Following redirects.


def _see(r):
    see(r.status_code, r.url, r.request.method, [h.status_code for h in r.history], [h.url for h in r.history])


def statuses_for_get():
    for status in [301, 302, 303, 307, 308]:
        server("/a" + str(status), status, {"Location": "/b"})
        _see(requests.get(http + "/a" + str(status)))


def statuses_for_post():
    for status in [301, 302, 303, 307, 308]:
        server("/a" + str(status), status, {"Location": "/b"})
        _see(requests.post(http + "/a" + str(status), data={"k": "v"}))


def statuses_for_put():
    for status in [301, 302, 303, 307]:
        server("/a" + str(status), status, {"Location": "/b"})
        _see(requests.put(http + "/a" + str(status), data="body"))


def statuses_for_head():
    for status in [302, 303, 307]:
        server("/a" + str(status), status, {"Location": "/b"})
        _see(requests.head(http + "/a" + str(status), allow_redirects=True))


def statuses_that_are_not_followed():
    for status in [300, 304, 305, 306, 201]:
        server("/a" + str(status), status, {"Location": "/b"})
        _see(requests.get(http + "/a" + str(status)))


def without_location():
    server("/a", 302)
    _see(requests.get(http + "/a"))


def chain():
    server("/1", 302, {"Location": "/2"})
    server("/2", 301, {"Location": "/3"})
    server("/3", 307, {"Location": "/4?x=1"})
    r = requests.get(http + "/1")
    _see(r)
    see(len(r.history[0].history), len(r.history[1].history), len(r.history[2].history))


def too_many():
    server("/loop", 302, {"Location": "/loop"})
    s = requests.Session()
    s.max_redirects = 3
    with error() as caught:
        s.get(http + "/loop")
    see(len(caught.value.response.history), caught.value.response.status_code)


def max_redirects_zero():
    server("/a", 302, {"Location": "/b"})
    s = requests.Session()
    s.max_redirects = 0
    with error():
        s.get(http + "/a")


def relative_locations():
    for location in ["b", "./b", "../b", "?q=1", "/abs", "", "#frag", "b/../c", "../../../up"]:
        server("/d/e/a?" + location.replace("#", "%23"), 302, {"Location": location})
        r = requests.get(http + "/d/e/a?" + location.replace("#", "%23"), allow_redirects=False)
        see(r.next.url if r.next else None)


def absolute_location():
    server("/a", 302, {"Location": http + "/b"})
    _see(requests.get(http + "/a"))


def location_is_quoted():
    server("/a", 302, [("Location", "/u b/%7E%zz")])
    _see(requests.get(http + "/a"))


def location_in_latin1():
    server("/a", 302, {"Location": "/\xfc"})
    _see(requests.get(http + "/a"))


def location_in_utf8():
    server("/a", raw="HTTP/1.1 302 Found\r\nLocation: /☃\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    _see(requests.get(http + "/a"))


def fragment_is_inherited():
    server("/a", 302, {"Location": "/b"})
    server("/c", 302, {"Location": "/d#own"})
    _see(requests.get(http + "/a#first"))
    _see(requests.get(http + "/c#first"))


def body_is_sent_again_on_307():
    server("/a", 307, {"Location": "/b"})
    _see(requests.post(http + "/a", data={"k": "v"}))
    _see(requests.post(http + "/a", json=[1]))


def file_is_rewound():
    server("/a", 307, {"Location": "/b"})
    with open(file("f.txt", b"0123456789"), "rb") as f:
        f.seek(3)
        _see(requests.post(http + "/a", data=f))


def generator_cannot_be_sent_again():
    server("/a", 307, {"Location": "/b"})
    with error():
        _see(requests.post(http + "/a", data=iter([b"once"])))


def headers_of_the_body_go_with_it():
    server("/a", 302, {"Location": "/b"})
    requests.post(http + "/a", data="text", headers={"Content-Type": "text/x", "X-Stays": "1"})


def authorization_goes_with_another_host():
    server("/a", 302, {"Location": local + "/b"})
    requests.get(http + "/a", auth=("u", "p"))
    requests.get(http + "/a", headers={"Authorization": "Bearer t", "X-Key": "stays"})


def keys_go_to_another_host():
    server("/a", 302, {"Location": local + "/b"})
    requests.get(http + "/a", headers={"X-API-Key": "k", "X-Auth-Token": "t", "X-Amz-Security-Token": "s", "Cookie2": "c"})


def host_goes_to_another_host():
    server("/a", 302, {"Location": local + "/b"})
    requests.get(http + "/a", headers={"Host": "virtual.test"})


def authorization_stays_on_the_same_host():
    server("/a", 302, {"Location": "/b"})
    requests.get(http + "/a", auth=("u", "p"))


def credentials_in_location():
    server("/a", 302, {"Location": http.replace("http://", "http://new:secret@") + "/b"})
    r = requests.get(http + "/a")
    see(r.url.count("secret"))


def cookies_on_the_way():
    server("/a", 302, [("Location", "/b"), ("Set-Cookie", "on=way; Path=/")])
    server("/b", 200, [("Set-Cookie", "at=end")])
    s = requests.Session()
    r = s.get(http + "/a", cookies={"mine": "1"})
    see(r.cookies.get_dict(), r.history[0].cookies.get_dict(), s.cookies.get_dict())


def cookie_header_of_the_user_goes():
    server("/a", 302, {"Location": "/b"})
    requests.get(http + "/a", headers={"Cookie": "own=1"})


def cookie_is_deleted_on_the_way():
    server("/a", 302, [("Location", "/b"), ("Set-Cookie", "c=; Path=/; Max-Age=0")])
    s = requests.Session()
    s.cookies.set("c", "1", domain="127.0.0.1", path="/")
    s.get(http + "/a")
    see(s.cookies.get_dict())


def not_allowed():
    server("/a", 302, {"Location": "/b"})
    r = requests.post(http + "/a", data="x", allow_redirects=False)
    _see(r)
    see(r.next.url, r.next.method, r.next.body, r.next.headers.get("Content-Length"))


def bodies_of_the_way_are_read():
    server("/a", 302, {"Location": "/b"}, "moved")
    r = requests.get(http + "/a")
    see(r.history[0].text, r.history[0].content)


def streamed():
    server("/a", 302, {"Location": "/b"}, "moved")
    server("/b", body="arrived")
    r = requests.get(http + "/a", stream=True)
    see([piece for piece in r.iter_content(4)], len(r.history))


def to_another_scheme():
    server("/a", 302, {"Location": "ftp://example.org/x"})
    with error():
        requests.get(http + "/a")


def to_a_bad_url():
    server("/a", 302, {"Location": "http://:1/"})
    with error():
        requests.get(http + "/a")


def resolve_redirects_by_hand():
    server("/1", 302, {"Location": "/2"})
    server("/2", 302, {"Location": "/3"})
    s = requests.Session()
    p = s.prepare_request(requests.Request("GET", http + "/1"))
    first = s.send(p, allow_redirects=False)
    see([r.url for r in s.resolve_redirects(first, p)])


def resolve_redirects_yields_requests():
    server("/1", 302, {"Location": "/2"})
    s = requests.Session()
    p = s.prepare_request(requests.Request("POST", http + "/1", data="x"))
    first = s.send(p, allow_redirects=False)
    following = next(s.resolve_redirects(first, p, yield_requests=True))
    see(following.method, following.url, following.body)


def get_redirect_target():
    server("/a", 302, {"Location": "/b"})
    s = requests.Session()
    see(s.get_redirect_target(s.get(http + "/a", allow_redirects=False)), s.get_redirect_target(s.get(http + "/x")))


def should_strip_auth():
    s = requests.Session()
    pairs = [
        ("http://a.test/", "http://a.test/x"),
        ("http://a.test/", "http://b.test/"),
        ("http://a.test/", "https://a.test/"),
        ("http://a.test:80/", "https://a.test:443/"),
        ("http://a.test:8080/", "https://a.test/"),
        ("https://a.test/", "http://a.test/"),
        ("http://a.test/", "http://a.test:80/"),
        ("http://a.test/", "http://a.test:81/"),
        ("http://A.test/", "http://a.test/"),
    ]
    for old, new in pairs:
        see(s.should_strip_auth(old, new))


def rebuild_method():
    s = requests.Session()
    for method in ["GET", "HEAD", "POST", "PUT", "DELETE"]:
        for status in [301, 302, 303, 307]:
            p = requests.Request(method, "http://a.test/").prepare()
            r = requests.Response()
            r.status_code = status
            s.rebuild_method(p, r)
            see(p.method)


def rebuild_auth():
    s = requests.Session()
    p = requests.Request("GET", "http://b.test/", headers={"Authorization": "x"}).prepare()
    r = requests.Response()
    r.request = requests.Request("GET", "http://a.test/").prepare()
    s.rebuild_auth(p, r)
    see(p.headers)


def overridden_get_redirect_target():
    class Elsewhere(requests.Session):
        def get_redirect_target(self, resp):
            return http + "/own" if resp.status_code == 404 else None

    server("/a", 404)
    _see(Elsewhere().get(http + "/a"))


def overridden_rebuild_auth():
    class Keeps(requests.Session):
        def rebuild_auth(self, prepared_request, response):
            see("rebuild_auth", response.status_code)

    server("/a", 302, {"Location": local + "/b"})
    Keeps().get(http + "/a", auth=("u", "p"))


def overridden_should_strip_auth():
    class Keeps(requests.Session):
        def should_strip_auth(self, old_url, new_url):
            return False

    server("/a", 302, {"Location": local + "/b"})
    Keeps().get(http + "/a", auth=("u", "p"))


def overridden_rebuild_method():
    class Stays(requests.Session):
        def rebuild_method(self, prepared_request, response):
            prepared_request.method = "PATCH"

    server("/a", 302, {"Location": "/b"})
    _see(Stays().post(http + "/a", data="x"))


def overridden_send():
    class Counts(requests.Session):
        def send(self, request, **kwargs):
            see(request.method, request.url)
            return super().send(request, **kwargs)

    server("/a", 302, {"Location": "/b"})
    Counts().get(http + "/a")
