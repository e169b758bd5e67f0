# The functions of the module, and each of their parameters.


def get():
    r = requests.get(http + "/get")
    see(r.status_code, r.reason, r.ok, r.text, r.content, r.url, r.request.method, r.request.body)


def get_with_positional_params():
    r = requests.get(http + "/get", [("a", "1"), ("b", "2")])
    see(r.url)


def post_with_positional_data():
    r = requests.post(http + "/post", "plain text")
    see(r.request.body, r.request.headers.get("Content-Type"))


def post_with_positional_json():
    r = requests.post(http + "/post", None, [1, 2])
    see(r.request.body)


def put():
    see(requests.put(http + "/put", data={"k": "v"}).status_code)


def patch():
    see(requests.patch(http + "/patch", data=b"bytes").status_code)


def delete():
    see(requests.delete(http + "/delete").status_code)


def delete_with_a_body():
    see(requests.delete(http + "/delete", json={"id": 1}).status_code)


def head_follows_no_redirect():
    server("/a", 302, {"Location": "/b"})
    r = requests.head(http + "/a")
    see(r.status_code, r.history, r.is_redirect, r.next.url)


def head_follows_when_told_to():
    server("/a", 302, {"Location": "/b"})
    r = requests.head(http + "/a", allow_redirects=True)
    see(r.status_code, r.url, len(r.history), r.request.method)


def options():
    r = requests.options(http + "/options")
    see(r.request.method, r.request.headers.get("Content-Length"))


def request_with_any_method():
    for method in ["purge", "PROPFIND", "Custom-Method"]:
        see(requests.request(method, http + "/m").request.method)


def request_by_keywords_alone():
    r = requests.request(method="get", url=http + "/k", params={"a": "b"})
    see(r.url)


def every_parameter_at_once():
    r = requests.request(
        "POST",
        http + "/all",
        params={"p": "1"},
        data={"d": "2"},
        headers={"x-h": "3"},
        cookies={"c": "4"},
        auth=("user", "pass"),
        timeout=5,
        allow_redirects=False,
        proxies={},
        hooks={"response": lambda r, **kwargs: see("hook")},
        stream=False,
        verify=True,
        cert=None,
    )
    see(r.status_code)


def unknown_keyword():
    with error():
        requests.get(http, nonsense=1)


def bytes_for_url_and_method():
    r = requests.request("GET", (http + "/bytes").encode())
    see(r.url)


def module_attributes():
    see(callable(requests.session), requests.codes.ok)
    see(requests.Session is requests.sessions.Session, requests.Response is requests.models.Response)
    see(requests.ConnectionError is requests.exceptions.ConnectionError)


def session_function_makes_a_session():
    s = requests.session()
    see(isinstance(s, requests.Session), s.max_redirects, s.trust_env, s.verify, s.stream, s.cert, s.auth)


def allow_redirects_false_has_a_next():
    server("/a", 301, {"Location": "/b?x=1"})
    r = requests.get(http + "/a", allow_redirects=False)
    see(r.status_code, r.is_redirect, r.is_permanent_redirect, r.next.url, r.next.method)


def connection_header_of_the_user():
    requests.get(http + "/c", headers={"Connection": "close"})


def help_has_the_implementation():
    info = requests.help.info()
    see("implementation" in info, "platform" in info, "requests" in info)


def certs_where():
    see(isinstance(requests.certs.where(), str))
