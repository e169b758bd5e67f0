# Adapters: mounting, writing one, and the methods of HTTPAdapter.


def mount_order():
    s = requests.Session()
    s.mount("http://a.test/long/", requests.adapters.HTTPAdapter())
    s.mount("http://a.test/", requests.adapters.HTTPAdapter())
    see(list(s.adapters.keys()))


def longest_prefix():
    s = requests.Session()
    a = requests.adapters.HTTPAdapter()
    b = requests.adapters.HTTPAdapter()
    s.mount("http://a.test/", a)
    s.mount("http://a.test/deep", b)
    see(s.get_adapter("http://a.test/x") is a, s.get_adapter("http://a.test/deeper") is b, s.get_adapter("HTTP://A.TEST/x") is a)
    see(s.get_adapter("http://b.test/") is a)


def of_the_users_own():
    class Own(requests.adapters.BaseAdapter):
        def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
            see(request.method, request.url, stream, timeout, verify, cert)
            r = requests.Response()
            r.status_code = 200
            r.url = request.url
            r.request = request
            r.raw = io.BytesIO(b"from the adapter")
            return r

        def close(self):
            see("closed")

    with requests.Session() as s:
        s.mount("own://", Own())
        r = s.get("own://host/path", timeout=3, params={"ignored": "1"})
        see(r.text, r.status_code)


def base_adapter_is_abstract():
    with error():
        requests.adapters.BaseAdapter().send(None)
    with error():
        requests.adapters.BaseAdapter().close()


def adds_headers():
    class Adds(requests.adapters.HTTPAdapter):
        def add_headers(self, request, **kwargs):
            request.headers["X-Added"] = "by the adapter"

    s = requests.Session()
    s.mount("http://", Adds())
    s.get(http + "/")


def overridden_send():
    class Sees(requests.adapters.HTTPAdapter):
        def send(self, request, stream=False, timeout=None, verify=True, cert=None, proxies=None):
            see(stream, timeout, verify, cert, proxies)
            request.headers["X-Sent"] = "1"
            return super().send(request, stream=stream, timeout=timeout, verify=verify, cert=cert, proxies=proxies)

    s = requests.Session()
    s.mount("http://", Sees())
    s.get(http + "/", timeout=(1, 2), stream=True, verify=False)


def overridden_build_response():
    class Marks(requests.adapters.HTTPAdapter):
        def build_response(self, req, resp):
            r = super().build_response(req, resp)
            r.headers["X-Marked"] = "yes"
            return r

    s = requests.Session()
    s.mount("http://", Marks())
    see(s.get(http + "/").headers["X-Marked"])


def overridden_request_url():
    class Rewrites(requests.adapters.HTTPAdapter):
        def request_url(self, request, proxies):
            return "/rewritten?was=" + super().request_url(request, proxies)

    s = requests.Session()
    s.mount("http://", Rewrites())
    see(s.get(http + "/x").url)


def overridden_cert_verify():
    class Sees(requests.adapters.HTTPAdapter):
        def cert_verify(self, conn, url, verify, cert):
            see(url, verify, cert)

    s = requests.Session()
    s.mount("http://", Sees())
    s.get(http + "/", verify=False)


def overridden_init_poolmanager():
    class Sees(requests.adapters.HTTPAdapter):
        def init_poolmanager(self, connections, maxsize, block=False, **pool_kwargs):
            see(connections, maxsize, block)
            super().init_poolmanager(connections, maxsize, block, **pool_kwargs)

    s = requests.Session()
    s.mount("http://", Sees(pool_connections=3, pool_maxsize=4, pool_block=True))
    see(s.get(http + "/").status_code)


def request_url():
    a = requests.adapters.HTTPAdapter()
    p = requests.Request("GET", "http://u:p@a.test/x?y=1#z").prepare()
    see(a.request_url(p, None), a.request_url(p, {"http": "http://proxy.test"}), a.request_url(p, {"http": "socks5://p.test"}))
    p = requests.Request("GET", "https://a.test/x").prepare()
    see(a.request_url(p, {"https": "http://proxy.test"}))


def proxy_headers():
    a = requests.adapters.HTTPAdapter()
    see(a.proxy_headers("http://user:pass@p.test"), a.proxy_headers("http://p.test"))


def retries_are_a_retry():
    see(requests.adapters.HTTPAdapter().max_retries.total, requests.adapters.HTTPAdapter(max_retries=3).max_retries.total)
    see(requests.adapters.HTTPAdapter().max_retries.read, requests.adapters.HTTPAdapter(max_retries=3).max_retries.read)


def constants():
    see(requests.adapters.DEFAULT_POOLBLOCK, requests.adapters.DEFAULT_POOLSIZE, requests.adapters.DEFAULT_RETRIES)


def build_connection_pool_key_attributes():
    a = requests.adapters.HTTPAdapter()
    p = requests.Request("GET", "https://a.test:8443/x").prepare()
    host, pool = a.build_connection_pool_key_attributes(p, True)
    see(host)
    host, pool = a.build_connection_pool_key_attributes(p, False, ("c", "k"))
    see(pool["cert_reqs"], pool["cert_file"], pool["key_file"])


def send_without_a_session():
    a = requests.adapters.HTTPAdapter()
    r = a.send(requests.Request("GET", http + "/direct").prepare())
    see(r.status_code, r.connection is a)
    a.close()


def no_adapter():
    s = requests.Session()
    s.adapters.clear()
    with error():
        s.get(http + "/")
