# What the environment says.


def ca_bundle():
    s = requests.Session()
    env(REQUESTS_CA_BUNDLE="/requests/bundle", CURL_CA_BUNDLE="/curl/bundle")
    see(s.merge_environment_settings("https://a.test/", {}, None, None, None)["verify"])
    env(REQUESTS_CA_BUNDLE=None)
    see(s.merge_environment_settings("https://a.test/", {}, None, True, None)["verify"])
    env(CURL_CA_BUNDLE=None)
    see(s.merge_environment_settings("https://a.test/", {}, None, None, None)["verify"])


def ca_bundle_and_verify():
    env(REQUESTS_CA_BUNDLE="/bundle")
    s = requests.Session()
    see(s.merge_environment_settings("https://a.test/", {}, None, False, None)["verify"])
    see(s.merge_environment_settings("https://a.test/", {}, None, "/own", None)["verify"])
    s.verify = False
    see(s.merge_environment_settings("https://a.test/", {}, None, None, None)["verify"])
    s.trust_env = False
    see(s.merge_environment_settings("https://a.test/", {}, None, None, None)["verify"])


def missing_ca_bundle():
    env(REQUESTS_CA_BUNDLE="/no/such/bundle")
    with error():
        requests.get("https://127.0.0.1:1/")


def proxies_are_merged():
    env(http_proxy="http://env.test:1", https_proxy="http://env.test:2")
    s = requests.Session()
    s.proxies = {"ftp": "http://session.test"}
    see(s.merge_environment_settings("http://a.test/", {"https": "http://call.test"}, None, None, None)["proxies"])


def get_environ_proxies():
    env(http_proxy="http://h.test", HTTPS_PROXY="http://s.test", no_proxy="skip.test")
    see(requests.utils.get_environ_proxies("http://a.test/"), requests.utils.get_environ_proxies("http://skip.test/"))
    see(requests.utils.get_environ_proxies("http://a.test/", no_proxy="a.test"))


def lower_case_wins():
    env(HTTP_PROXY="http://upper.test", http_proxy="http://lower.test")
    see(requests.utils.get_environ_proxies("http://a.test/")["http"])


def empty_variables():
    env(http_proxy="", HTTPS_PROXY="")
    see(requests.utils.get_environ_proxies("http://a.test/"))
    requests.get(http + "/")


def should_bypass_proxies():
    bypass = requests.utils.should_bypass_proxies
    env(no_proxy="a.test, .b.test,10.0.0.0/8,192.168.1.1,c.test:8080,  d.test  ")
    urls = ["http://a.test/", "http://x.a.test/", "http://xa.test/", "http://b.test/", "http://x.b.test/", "http://10.1.2.3/"]
    for url in urls + ["http://11.1.2.3/", "http://192.168.1.1:5000/", "http://c.test:8080/", "http://c.test/", "http://d.test/", "http://A.TEST/"]:
        see(bypass(url, no_proxy=None))


def should_bypass_by_argument():
    bypass = requests.utils.should_bypass_proxies
    see(bypass("http://a.test/", no_proxy="a.test"), bypass("http://a.test/", no_proxy=""), bypass("http://a.test/", no_proxy="*"))
    see(bypass("file:///x", no_proxy=None))


def set_environ():
    with requests.utils.set_environ("no_proxy", "inside"):
        see(requests.utils.should_bypass_proxies("http://inside/", no_proxy=None))
    see(requests.utils.should_bypass_proxies("http://inside/", no_proxy=None))


def select_proxy():
    select = requests.utils.select_proxy
    proxies = {"http": "one", "http://a.test": "two", "all": "three", "all://b.test": "four"}
    for url in ["http://x.test/", "http://a.test/", "https://x.test/", "https://b.test/", "http://b.test/", "file:///x"]:
        see(select(url, proxies))
    see(select("http://a.test/", None), select("http://a.test/", {}))


def resolve_proxies():
    env(http_proxy="http://env.test")
    p = requests.Request("GET", "http://a.test/").prepare()
    see(requests.utils.resolve_proxies(p, {"https": "http://own.test"}), requests.utils.resolve_proxies(p, {}, trust_env=False))
    see(requests.utils.resolve_proxies(p, {"http": "http://own.test", "no_proxy": "a.test"}))
