# Timeouts.


def in_time():
    see(requests.get(http + "/", timeout=5).status_code, requests.get(http + "/", timeout=(5, 5)).status_code)
    see(requests.get(http + "/", timeout=(None, 5)).status_code, requests.get(http + "/", timeout=None).status_code)


def read():
    server("/slow", delay=2)
    with error() as caught:
        requests.get(http + "/slow", timeout=0.3)
    see(caught.value.request.method, caught.value.response)


def read_of_a_tuple():
    server("/slow", delay=2)
    with error():
        requests.get(http + "/slow", timeout=(5, 0.2))


def in_the_body():
    server("/stall", raw=b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", hold=True)
    with error():
        requests.get(http + "/stall", timeout=0.5)


def of_the_proxy():
    server("http://a.test/", delay=2)
    with error():
        requests.get("http://a.test/", timeout=0.3, proxies={"http": proxy})


def bad_tuples():
    for timeout in [(1, 2, 3), (1,), ()]:
        with error():
            requests.get(http + "/", timeout=timeout)


def bad_values():
    for timeout in ["1s", -1, 0, (1, "x")]:
        with error():
            requests.get(http + "/", timeout=timeout)


def after_a_redirect():
    server("/a", 302, {"Location": "/slow"})
    server("/slow", delay=2)
    with error():
        requests.get(http + "/a", timeout=0.6)
