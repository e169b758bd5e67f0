# urllib3's Retry as an adapter's max_retries.


def _session(**kwargs):
    s = requests.Session()
    s.mount("http://", requests.adapters.HTTPAdapter(max_retries=requests.adapters.Retry(**kwargs)))
    return s


def on_statuses():
    server("/a", 503)
    server("/a", 502)
    server("/a", 200, {}, "at last")
    see(_session(total=5, status_forcelist=[502, 503]).get(http + "/a").text)


def gives_up():
    server("/a", 503)
    with error() as caught:
        _session(total=2, status_forcelist=[503]).get(http + "/a")
    see(caught.value.request.url)


def gives_up_and_returns():
    server("/a", 503, {}, "last answer")
    r = _session(total=1, status_forcelist=[503], raise_on_status=False).get(http + "/a")
    see(r.status_code, r.text)


def not_for_post():
    server("/a", 503)
    see(_session(total=3, status_forcelist=[503]).post(http + "/a", data="x").status_code)


def for_methods_that_are_allowed():
    server("/a", 503)
    server("/a", 200)
    see(_session(total=3, status_forcelist=[503], allowed_methods=["POST"]).post(http + "/a", data="x").status_code)


def for_any_method():
    server("/a", 500)
    server("/a", 200)
    see(_session(total=3, status_forcelist=[500], allowed_methods=None).patch(http + "/a", data="x").status_code)


def without_a_list_there_is_none():
    server("/a", 503)
    see(_session(total=3).get(http + "/a").status_code)


def retry_after():
    server("/a", 429, {"Retry-After": "0"})
    server("/a", 200)
    see(_session(total=3).get(http + "/a").status_code)


def retry_after_is_not_respected():
    server("/a", 429, {"Retry-After": "0"})
    see(_session(total=3, respect_retry_after_header=False).get(http + "/a").status_code)


def dropped_connection():
    server("/a", drop=True)
    server("/a", 200)
    see(_session(total=3).get(http + "/a").status_code)


def dropped_connection_without_retries():
    server("/a", drop=True)
    with error():
        requests.get(http + "/a")


def read_false():
    server("/a", drop=True)
    with error():
        _session(total=3, read=False).get(http + "/a")


def dropped_post_is_not_sent_again():
    server("/a", drop=True)
    with error():
        _session(total=3).post(http + "/a", data="x")


def refused_connection():
    with error():
        _session(total=2).get(refused + "/a")


def number_of_retries():
    s = requests.Session()
    s.mount("http://", requests.adapters.HTTPAdapter(max_retries=2))
    with error():
        s.get(refused)


def status_count():
    server("/a", 500)
    with error():
        _session(total=9, status=1, status_forcelist=[500]).get(http + "/a")


def body_is_rewound():
    server("/a", 500)
    server("/a", 200)
    s = _session(total=3, status_forcelist=[500], allowed_methods=None)
    see(s.put(http + "/a", data=io.BytesIO(b"again")).status_code)


def attributes():
    r = requests.adapters.Retry(total=4, connect=3, read=2, backoff_factor=0.5, status_forcelist=[500])
    see(r.total, r.connect, r.read, r.redirect, r.status, r.other, r.backoff_factor, r.raise_on_status)
    see(sorted(r.allowed_methods), r.is_retry("GET", 500), r.is_retry("POST", 500), r.is_retry("GET", 200), r.is_exhausted())


def new_and_from_int():
    r = requests.adapters.Retry(total=4).new(total=1, read=0)
    see(r.total, r.read, requests.adapters.Retry.from_int(5).total, requests.adapters.Retry.from_int(r) is r)


def backoff_time():
    r = requests.adapters.Retry(total=4, backoff_factor=1)
    see(r.get_backoff_time())


def increment():
    r = requests.adapters.Retry(total=2)
    n = r.increment("GET", "/", error=None)
    see(n.total, len(n.history), r.total)


def redirects_are_the_sessions():
    server("/a", 302, {"Location": "/b"})
    r = _session(total=0).get(http + "/a")
    see(r.status_code, len(r.history))
