# Digest authentication; the server checks what it is sent.


def _get(path="/d", password="pass", **kwargs):
    r = requests.get(http + path, auth=requests.auth.HTTPDigestAuth("user", password), **kwargs)
    see(r.status_code, [h.status_code for h in r.history], r.text)


def with_qop():
    server("/d", body="in", digest={"user": "user", "password": "pass", "qop": "auth"})
    _get()


def without_qop():
    server("/d", body="in", digest={"user": "user", "password": "pass"})
    _get()


def algorithms():
    for algorithm in ["MD5", "MD5-SESS", "SHA", "SHA-256", "SHA-512"]:
        server("/" + algorithm, body="in", digest={"user": "user", "password": "pass", "qop": "auth", "algorithm": algorithm})
        _get("/" + algorithm)


def with_opaque():
    server("/d", body="in", digest={"user": "user", "password": "pass", "qop": "auth", "opaque": "0123abc"})
    _get()


def realm_with_spaces():
    server("/d", body="in", digest={"user": "user", "password": "pass", "realm": "me@some where", "qop": "auth"})
    _get()


def several_qops():
    server("/d", body="in", digest={"user": "user", "password": "pass", "qop": "auth,auth-int"})
    _get()


def auth_int_alone():
    server("/d", body="in", digest={"user": "user", "password": "pass", "qop": "auth-int"})
    with error():
        _get()


def wrong_password():
    server("/d", body="in", digest={"user": "user", "password": "pass", "qop": "auth"})
    _get(password="wrong")


def query_is_part_of_it():
    server("/d", body="in", digest={"user": "user", "password": "pass", "qop": "auth"})
    _get("/d?a=b%20c&d=e")


def post_sends_its_body_twice():
    server("/d", body="in", digest={"user": "user", "password": "pass", "qop": "auth"})
    r = requests.post(http + "/d", data={"k": "v"}, auth=requests.auth.HTTPDigestAuth("user", "pass"))
    see(r.status_code)


def file_is_rewound():
    server("/d", body="in", digest={"user": "user", "password": "pass", "qop": "auth"})
    r = requests.post(http + "/d", data=io.BytesIO(b"file content"), auth=requests.auth.HTTPDigestAuth("user", "pass"))
    see(r.status_code)


def counts_its_uses():
    server("/d", body="in", digest={"user": "user", "password": "pass", "qop": "auth"})
    s = requests.Session()
    s.auth = requests.auth.HTTPDigestAuth("user", "pass")
    for i in [1, 2, 3]:
        r = s.get(http + "/d")
        see(r.status_code, len(r.history))


def no_challenge():
    _get("/open")


def cookies_between_challenge_and_answer():
    server("/d", 401, [("WWW-Authenticate", 'Digest realm="parity", nonce="n", qop="auth"'), ("Set-Cookie", "a=1; Path=/")])
    server("/d", 200)
    s = requests.Session()
    r = s.get(http + "/d", auth=requests.auth.HTTPDigestAuth("user", "pass"))
    see(r.status_code, s.cookies.get_dict())


def another_scheme_in_the_challenge():
    server("/d", 401, {"WWW-Authenticate": 'Basic realm="x"'})
    _get()


def unknown_algorithm():
    server("/d", 401, {"WWW-Authenticate": 'Digest realm="x", nonce="n", algorithm=MD4711'})
    _get()


def after_a_redirect():
    server("/a", 302, {"Location": "/d"})
    server("/d", body="in", digest={"user": "user", "password": "pass", "qop": "auth"})
    _get("/a")


def attributes():
    a = requests.auth.HTTPDigestAuth("u", "p")
    see(a.username, a.password, isinstance(a, requests.auth.AuthBase))


def streamed():
    server("/d", body="in pieces", digest={"user": "user", "password": "pass", "qop": "auth"})
    r = requests.get(http + "/d", auth=requests.auth.HTTPDigestAuth("user", "pass"), stream=True)
    see([piece for piece in r.iter_content(4)])
