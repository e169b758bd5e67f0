# Proxies by argument, session and environment.


def absolute_form():
    r = requests.get("http://a.test/path?q=1#frag", proxies={"http": proxy})
    see(r.status_code, r.url)


def host_and_port():
    requests.get("http://a.test:8080/x", proxies={"http": proxy})


def credentials_of_the_proxy():
    requests.get("http://a.test/", proxies={"http": proxy.replace("http://", "http://user:p%20ss@")})


def proxy_without_a_scheme():
    requests.get("http://a.test/", proxies={"http": proxy.replace("http://", "")})


def for_all():
    requests.get("http://a.test/", proxies={"all": proxy})


def by_scheme_and_host():
    requests.get("http://a.test/", proxies={"http://a.test": proxy, "http": refused})
    with error():
        requests.get("http://b.test/", proxies={"http://a.test": proxy, "http": refused})


def of_the_session():
    s = requests.Session()
    s.proxies = {"http": proxy}
    s.get("http://a.test/")
    s.proxies.update({"http": refused})
    with error():
        s.get("http://a.test/")


def call_beats_session():
    s = requests.Session()
    s.proxies = {"http": refused}
    s.get("http://a.test/", proxies={"http": proxy})


def from_the_environment():
    env(HTTP_PROXY=proxy)
    requests.get("http://a.test/upper")
    env(HTTP_PROXY=None, http_proxy=proxy)
    requests.get("http://a.test/lower")


def environment_beats_the_session():
    env(http_proxy=proxy)
    s = requests.Session()
    s.proxies = {"http": refused}
    s.get("http://a.test/")


def all_proxy():
    env(ALL_PROXY=proxy)
    requests.get("http://a.test/")


def no_proxy():
    env(http_proxy=refused, no_proxy="127.0.0.1,localhost")
    requests.get(http + "/direct")
    requests.get(local + "/direct")


def no_proxy_with_star():
    env(http_proxy=refused, no_proxy="*")
    requests.get(http + "/direct")


def no_proxy_of_domains():
    env(http_proxy=proxy, no_proxy=".a.test, b.test")
    requests.get("http://c.test/")
    with error():
        requests.get("http://x.a.test:1/")


def no_proxy_of_networks():
    env(http_proxy=refused, no_proxy="127.0.0.0/8")
    requests.get(http + "/direct")


def no_proxy_argument():
    env(http_proxy=refused)
    requests.get(http + "/direct", proxies={"no_proxy": "127.0.0.1"})


def none_switches_off():
    env(http_proxy=refused)
    requests.get(http + "/direct", proxies={"http": None})


def not_without_trust_env():
    env(http_proxy=refused)
    s = requests.Session()
    s.trust_env = False
    s.get(http + "/direct")


def connect_for_https():
    server("CONNECT a.test:443", 403, {}, "not for you")
    with error():
        requests.get("https://a.test/", proxies={"https": proxy})


def connect_with_credentials():
    server("CONNECT a.test:8443", 407, {"Proxy-Authenticate": "Basic"}, "")
    with error():
        requests.get("https://a.test:8443/", proxies={"https": proxy.replace("http://", "http://user:pass@")})


def refused_proxy():
    with error():
        requests.get("http://a.test/", proxies={"http": refused})


def malformed_proxies():
    for bad in ["http://", "http:///x", "http://:1"]:
        with error():
            requests.get("http://a.test/", proxies={"http": bad})


def proxy_of_another_scheme():
    with error():
        requests.get("http://a.test/", proxies={"http": "gopher://127.0.0.1:1"})


def redirect_through_the_proxy():
    server("http://a.test/1", 302, {"Location": "http://b.test/2"})
    r = requests.get("http://a.test/1", proxies={"http": proxy})
    see(r.url)


def proxy_authorization_on_redirect():
    server("http://a.test/1", 302, {"Location": "/2"})
    requests.get("http://a.test/1", proxies={"http": proxy.replace("http://", "http://user:pass@")})


def own_proxy_authorization_header():
    requests.get("http://a.test/", headers={"Proxy-Authorization": "own"}, proxies={"http": proxy})


def body_through_the_proxy():
    requests.post("http://a.test/", data={"k": "v"}, proxies={"http": proxy})


def cookies_through_the_proxy():
    server("http://a.test/set", 200, {"Set-Cookie": "a=1; Domain=a.test; Path=/"})
    s = requests.Session()
    s.proxies = {"http": proxy}
    s.get("http://a.test/set")
    s.get("http://sub.a.test/next")
    s.get("http://b.test/next")


def rebuild_proxies():
    s = requests.Session()
    p = requests.Request("GET", "http://a.test/", headers={"Proxy-Authorization": "old"}).prepare()
    see(s.rebuild_proxies(p, {"http": "http://u:p@proxy.test"}), p.headers)


def credentials_in_the_url_stay_off_the_line():
    requests.get("http://user:pass@a.test/x", proxies={"http": proxy})


def error_of_the_proxy():
    server("http://a.test/", 502, {}, "bad gateway")
    see(requests.get("http://a.test/", proxies={"http": proxy}).text)
