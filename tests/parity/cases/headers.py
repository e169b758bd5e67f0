# Request headers: defaults, order, case, what may not be sent.


def defaults():
    r = requests.get(http + "/")
    see(list(r.request.headers.items()))


def own_headers_come_last():
    requests.get(http + "/", headers={"X-One": "1", "x-two": "2"})


def overriding_keeps_the_place():
    requests.get(http + "/", headers={"accept": "text/html", "USER-AGENT": "me/1.0"})


def none_removes_a_default():
    requests.get(http + "/", headers={"Accept": None, "Connection": None})


def user_agent_none():
    requests.get(http + "/", headers={"User-Agent": None})


def accept_encoding_none():
    requests.get(http + "/", headers={"Accept-Encoding": None})


def values_in_bytes():
    r = requests.get(http + "/", headers={"X-Bytes": b"value", b"X-Name": "v"})
    see(r.request.headers["x-bytes"])


def latin1_values():
    requests.get(http + "/", headers={"X-Latin": "caf\xe9"})


def empty_value():
    requests.get(http + "/", headers={"X-Empty": ""})


def spaces_inside_stay():
    requests.get(http + "/", headers={"X-Space": "a  b "})


def leading_space_is_refused():
    for value in [" a", "\ta", "a\nb", "a\r\nInjected: 1", "a\r"]:
        with error():
            requests.get(http + "/", headers={"X-Bad": value})


def bad_names():
    for name in ["X Bad\n", "", ":x", " x", "a\rb"]:
        with error():
            requests.get(http + "/", headers={name: "v"})


def values_that_are_no_text():
    for value in [3, 1.5, True, ["a"], {"a": "b"}]:
        with error():
            requests.get(http + "/", headers={"X-Bad": value})


def host_of_the_user():
    requests.get(http + "/", headers={"Host": "example.test"})


def content_length_of_the_user_is_overwritten():
    requests.post(http + "/", data="four", headers={"Content-Length": "99"})


def content_type_of_the_user_stays():
    requests.post(http + "/", json={"a": 1}, headers={"content-type": "application/vnd.api+json"})
    requests.post(http + "/", data={"a": "1"}, headers={"Content-Type": "text/x-own"})


def cookie_header_of_the_user_wins():
    requests.get(http + "/", headers={"Cookie": "own=1"}, cookies={"jar": "2"})


def authorization_header_of_the_user():
    requests.get(http + "/", headers={"Authorization": "Bearer t"})
    requests.get(http + "/", headers={"Authorization": "Bearer t"}, auth=("u", "p"))


def headers_as_a_case_insensitive_dict():
    headers = requests.structures.CaseInsensitiveDict({"X-A": "1"})
    headers["x-a"] = "2"
    requests.get(http + "/", headers=headers)


def expect_of_the_user():
    requests.post(http + "/", data="abc", headers={"X-After": "1", "Expect": ""})


def session_default_headers_can_go():
    s = requests.Session()
    s.headers.clear()
    s.get(http + "/bare")
    s.headers = {"Only": "this"}
    s.get(http + "/only")


def bare_request_has_no_defaults():
    p = requests.Request("GET", http + "/bare").prepare()
    see(p.headers)
    requests.Session().send(p)


def two_names_of_one_case():
    requests.get(http + "/", headers={"X-A": "1", "x-a": "2"})
