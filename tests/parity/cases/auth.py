# Authentication: basic, for proxies, of the user's own, and by the URL.


def tuple_is_basic():
    requests.get(http + "/", auth=("user", "pass"))


def tuple_of_one():
    with error():
        requests.get(http + "/", auth=("only-one",))


def basic():
    r = requests.get(http + "/", auth=requests.auth.HTTPBasicAuth("user", "pass"))
    see(r.request.headers["Authorization"])


def latin1_credentials():
    requests.get(http + "/", auth=("ü", "é"))


def bytes_credentials():
    requests.get(http + "/", auth=(b"\xc3\xbc", b"p\xff"))


def credentials_beyond_latin1():
    with error():
        requests.get(http + "/", auth=("☃", "pass"))


def empty_credentials():
    requests.get(http + "/", auth=("", ""))
    requests.get(http + "/", auth=("user", ""))


def colons_and_spaces():
    requests.get(http + "/", auth=("us:er", "pa ss:word"))


def proxy_auth():
    requests.get(http + "/", auth=requests.auth.HTTPProxyAuth("user", "pass"))


def equality():
    basic = requests.auth.HTTPBasicAuth
    see(basic("u", "p") == basic("u", "p"), basic("u", "p") == basic("u", "x"), basic("u", "p") != basic("u", "x"))
    digest = requests.auth.HTTPDigestAuth
    see(digest("u", "p") == digest("u", "p"), digest("u", "p") == digest("x", "p"))
    see(requests.auth.HTTPProxyAuth("u", "p") == basic("u", "p"))


def attributes():
    a = requests.auth.HTTPBasicAuth("u", "p")
    see(a.username, a.password, isinstance(a, requests.auth.AuthBase), isinstance(requests.auth.HTTPProxyAuth("a", "b"), requests.auth.HTTPBasicAuth))


def of_the_users_own():
    class Pizza(requests.auth.AuthBase):
        def __init__(self, username):
            self.username = username

        def __call__(self, r):
            r.headers["X-Pizza"] = self.username
            return r

    requests.get(http + "/", auth=Pizza("kenneth"))


def a_function():
    def sign(r):
        r.headers["X-Signature"] = r.method + " " + r.url.replace(http, "") + " " + str(len(r.body))
        return r

    requests.post(http + "/x", data="body", auth=sign)


def that_changes_the_body():
    def grow(r):
        r.body = r.body + "-and-more"
        return r

    requests.post(http + "/x", data="body", auth=grow)


def that_registers_a_hook():
    def hooked(r):
        r.register_hook("response", lambda response, **kwargs: see("hooked", response.status_code))
        return r

    requests.get(http + "/x", auth=hooked)


def base_is_abstract():
    with error():
        requests.get(http + "/", auth=requests.auth.AuthBase())


def from_the_url():
    host = http.replace("http://", "")
    requests.get("http://user:pass@" + host + "/")
    requests.get("http://us%40er:p%20ss%3A@" + host + "/")
    requests.get("http://user@" + host + "/")


def argument_beats_the_url():
    requests.get("http://url:url@" + http.replace("http://", "") + "/", auth=("arg", "arg"))


def header_and_url():
    requests.get("http://url:url@" + http.replace("http://", "") + "/", headers={"Authorization": "own"})


def session_auth_and_url():
    s = requests.Session()
    s.auth = ("session", "session")
    s.get("http://url:url@" + http.replace("http://", "") + "/")


def false_values():
    requests.get(http + "/", auth=None)
    requests.get(http + "/", auth=())


def something_that_cannot_be_called():
    with error():
        requests.get(http + "/", auth="user:pass")


def basic_auth_str():
    see(requests.auth._basic_auth_str("user", "pass"), requests.auth._basic_auth_str("", ""))
