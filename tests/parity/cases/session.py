# Sessions: what is kept between requests, and how it is merged with what a call says.


def headers_of_session_and_call_merge():
    s = requests.Session()
    s.headers.update({"x-session": "1", "x-both": "session"})
    s.headers["x-item"] = "2"
    r = s.get(http + "/a", headers={"X-Both": "call", "x-call": "3"})
    see(r.status_code, r.url, r.request.headers)


def none_takes_a_header_out():
    s = requests.Session()
    s.headers["x-gone"] = "1"
    r = s.get(http + "/", headers={"x-gone": None, "Accept": None})
    see("x-gone" in r.request.headers, list(r.request.headers))


def defaults():
    s = requests.Session()
    see(list(s.headers.items()), s.auth, s.proxies, s.params, s.stream, s.verify, s.cert, s.max_redirects, s.trust_env)
    see(list(s.adapters.keys()), s.hooks, len(s.cookies))


def auth_of_the_session():
    s = requests.Session()
    s.auth = ("user", "pass")
    s.get(http + "/")
    s.get(http + "/", auth=("other", "one"))


def callables_see_merged_headers():
    s = requests.Session()
    s.headers.update({"X-A": "1"})
    p = s.prepare_request(requests.Request("GET", http + "/", headers={"X-B": "2"}))
    see(p.headers["X-A"], p.headers["X-B"])


def prepare_request_merges():
    s = requests.Session()
    s.params = {"p": "1"}
    s.cookies["c"] = "2"
    s.auth = ("u", "p")
    p = s.prepare_request(requests.Request("post", http + "/x", data={"a": "b"}, params={"q": "3"}))
    see(p.method, p.url, p.headers, p.body)


def send_wants_prepared_requests():
    with error():
        requests.Session().send(requests.Request("GET", http + "/"))


def send_with_settings():
    s = requests.Session()
    p = s.prepare_request(requests.Request("GET", http + "/x"))
    r = s.send(p, stream=False, timeout=5, verify=False, proxies={}, cert=None, allow_redirects=False)
    see(r.status_code)


def a_request_can_be_sent_twice():
    s = requests.Session()
    p = s.prepare_request(requests.Request("POST", http + "/x", data={"a": "b"}))
    see(s.send(p).status_code, s.send(p).status_code)


def merge_setting():
    merge = requests.sessions.merge_setting
    see(merge("request", "session"), merge(None, "session"), merge("request", None), merge(0, "session"))
    see(merge({"a": "1", "b": None}, {"b": "2", "c": "3"}))


def merge_hooks():
    merge = requests.sessions.merge_hooks
    see(merge({"response": [1]}, {"response": []}), merge({"response": []}, {"response": [2]}), merge(None, {"response": [3]}))


def merge_environment_settings():
    s = requests.Session()
    s.proxies = {"http": "http://session.test"}
    see(s.merge_environment_settings("http://a.test/", {}, None, None, None))
    see(s.merge_environment_settings("http://a.test/", {"http": "http://call.test"}, True, False, "cert.pem"))


def context_manager():
    with requests.Session() as s:
        see(s.get(http + "/").status_code)


def usable_after_close():
    s = requests.Session()
    s.get(http + "/1")
    s.close()
    see(s.get(http + "/2").status_code)


def all_the_verbs():
    s = requests.Session()
    for r in [s.get(http), s.options(http), s.head(http), s.post(http), s.put(http), s.patch(http), s.delete(http)]:
        see(r.request.method, r.status_code)


def session_head_follows_no_redirect():
    server("/a", 302, {"Location": "/b"})
    see(requests.Session().head(http + "/a").status_code)


def connection_is_used_again():
    s = requests.Session()
    see(s.get(http + "/1").text, s.get(http + "/2").text)


def overridden_prepare_request():
    class Signs(requests.Session):
        def prepare_request(self, request):
            p = super().prepare_request(request)
            p.headers["X-Signed"] = p.method + " " + p.path_url
            return p

    Signs().get(http + "/x?y=1")


def overridden_request():
    class Base(requests.Session):
        def request(self, method, url, **kwargs):
            return super().request(method, http + url, **kwargs)

    see(Base().get("/relative").url, Base().post("/posted", data={"a": "1"}).url)


def overridden_merge_environment_settings():
    class Settings(requests.Session):
        def merge_environment_settings(self, url, proxies, stream, verify, cert):
            settings = super().merge_environment_settings(url, proxies, stream, verify, cert)
            see(settings)
            return settings

    Settings().get(http + "/", verify=False)


def get_adapter():
    s = requests.Session()
    see(type(s.get_adapter("http://a.test")).__name__, s.get_adapter("HTTPS://A.test") is s.adapters["https://"])
    with error():
        s.get_adapter("ftp://a.test")


def verify_and_cert_paths_that_are_not_there():
    with error():
        requests.get("https://127.0.0.1:1/", verify="/no/such/file")
    with error():
        requests.get("https://127.0.0.1:1/", cert="/no/such/cert")
    with error():
        requests.get("https://127.0.0.1:1/", cert=(file("c.pem", b""), "/no/such/key"))
