# Request and PreparedRequest by themselves.


def request_attributes():
    r = requests.Request("get", "http://a.test", headers={"a": "b"}, params={"p": "1"})
    see(r.method, r.url, r.headers, r.files, r.data, r.json, r.params, r.auth, r.cookies, r.hooks)


def request_defaults():
    r = requests.Request()
    see(r.method, r.url, r.headers, r.data, r.params)
    with error():
        r.prepare()


def reprs():
    r = requests.Request("GET", "http://a.test")
    see(repr(r), repr(r.prepare()))


def prepare():
    p = requests.Request("post", "http://a.test/x", data={"a": "1"}, params={"b": "2"}, cookies={"c": "3"}, auth=("u", "p")).prepare()
    see(p.method, p.url, p.headers, p.body, p.path_url, p.hooks)


def prepare_by_hand():
    p = requests.PreparedRequest()
    p.prepare(method="GET", url="http://a.test/", headers={"X": "1"})
    see(p.method, p.url, p.headers, p.body)


def prepare_in_steps():
    p = requests.PreparedRequest()
    p.prepare_method("post")
    p.prepare_url("http://a.test/é", {"q": "ü"})
    p.prepare_headers({"X-A": "1"})
    p.prepare_cookies({"c": "1"})
    p.prepare_body({"k": "v"}, None)
    p.prepare_auth(("u", "p"))
    p.prepare_hooks({"response": []})
    see(p.method, p.url, p.headers, p.body, p.hooks)


def empty_prepared_request():
    p = requests.PreparedRequest()
    see(p.method, p.url, p.headers, p.body, p.hooks)


def copy():
    p = requests.Request("POST", "http://a.test/", data="x", headers={"X": "1"}, cookies={"c": "1"}).prepare()
    c = p.copy()
    c.headers["X"] = "2"
    c.url = "http://b.test/"
    see(p.headers["X"], p.url, c.headers["X"], c.body, c.method, c.headers.get("Cookie"))


def changed_before_sending():
    s = requests.Session()
    p = requests.Request("POST", http + "/x", data={"a": "1"}).prepare()
    p.body = "something else"
    p.headers["Content-Length"] = "14"
    p.headers["X-Late"] = "yes"
    p.url = http + "/changed"
    p.method = "PATCH"
    see(s.send(p).status_code)


def deleted_header():
    s = requests.Session()
    p = s.prepare_request(requests.Request("POST", http + "/x", data={"a": "1"}))
    del p.headers["Content-Type"]
    s.send(p)


def prepare_content_length():
    p = requests.PreparedRequest()
    for method in ["GET", "POST", "HEAD"]:
        p.prepare_method(method)
        p.prepare_headers({})
        p.prepare_content_length(None)
        see(p.headers)
        p.prepare_content_length(b"four")
        see(p.headers)


def method_none():
    p = requests.PreparedRequest()
    p.prepare_method(None)
    see(p.method)


def method_is_upper_case():
    see(requests.Request("ñame", "http://a.test").prepare().method, requests.Request(b"get", "http://a.test").prepare().method)


def register_hook():
    def hook(r, **kwargs):
        return r

    r = requests.Request("GET", "http://a.test")
    r.register_hook("response", hook)
    see(len(r.hooks["response"]), r.deregister_hook("response", hook), r.deregister_hook("response", hook))
    r.register_hook("response", [hook, hook])
    see(len(r.hooks["response"]))
    with error():
        r.register_hook("no-such-event", hook)


def fields_are_kept_for_the_session():
    s = requests.Session()
    r = requests.Request("GET", http + "/x", params={"a": "1"})
    s.headers["X-S"] = "1"
    see(s.prepare_request(r).url, r.url, r.headers)


def overridden_prepare_auth():
    class Own(requests.PreparedRequest):
        def prepare_auth(self, auth, url=""):
            self.headers["X-Own-Auth"] = "yes"

    p = Own()
    p.prepare(method="GET", url="http://a.test/", headers={}, auth=("u", "p"))
    see(p.headers)
