# What a response has, and how its body is decoded.


def attributes():
    server("/r", 200, {"Content-Type": "text/plain; charset=utf-8", "X-Own": "1"}, "täxt")
    r = requests.get(http + "/r")
    see(r.status_code, r.reason, r.ok, r.url, r.encoding, r.text, r.content, r.history, r.is_redirect)
    see(r.headers, r.headers["x-own"], r.headers.get("none"), r.request.url, r.next)
    see(r.elapsed.total_seconds() >= 0)


def repr_and_truth():
    server("/bad", 404, {}, "no")
    see(str(requests.get(http + "/")), str(requests.get(http + "/bad")))
    see(bool(requests.get(http + "/")), bool(requests.get(http + "/bad")), requests.get(http + "/bad").ok)


def reason_phrases():
    server("/own", (299, "Own Reason"))
    server("/none", raw=b"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n")
    see(requests.get(http + "/own").reason, requests.get(http + "/none").reason)


def raise_for_status():
    for status in [200, 302, 399, 400, 404, 499, 500, 503, 599, 600]:
        server("/s" + str(status), (status, "A Reason"))
        with error() as caught:
            see(requests.get(http + "/s" + str(status)).raise_for_status())
        if caught.value:
            see(caught.value.response.status_code, caught.value.request.url)


def headers_of_one_name_are_joined():
    server("/h", 200, [("X-A", "1"), ("X-B", "b"), ("x-a", "2")])
    r = requests.get(http + "/h")
    see(r.headers["X-A"], list(r.headers.keys()))


def header_values_in_latin1():
    server("/h", raw=b"HTTP/1.1 200 OK\r\nX-L: caf\xe9\r\nContent-Length: 0\r\n\r\n")
    see(requests.get(http + "/h").headers["X-L"])


def encoding_from_content_type():
    kinds = ["text/html", "text/plain; charset=UTF-8", "text/x; charset='utf-8'", "application/json", "image/png", "text/html; charset="]
    for i in [0, 1, 2, 3, 4, 5]:
        server("/e" + str(i), 200, {"Content-Type": kinds[i]}, "x")
        see(requests.get(http + "/e" + str(i)).encoding)


def no_content_type():
    server("/n", body="häl")
    r = requests.get(http + "/n")
    see(r.encoding, r.text)


def text_is_latin1_by_default():
    server("/t", 200, {"Content-Type": "text/plain"}, b"caf\xe9 \x80\x9f")
    r = requests.get(http + "/t")
    see(r.encoding, r.text)


def encoding_may_be_set():
    server("/t", 200, {"Content-Type": "text/plain"}, "ü☃")
    r = requests.get(http + "/t")
    r.encoding = "utf-8"
    see(r.text)
    r.encoding = "utf-16"
    see(len(r.text))


def unknown_encoding():
    server("/t", 200, {"Content-Type": "text/plain; charset=nonsense"}, "ok ü")
    r = requests.get(http + "/t")
    see(r.encoding, r.text)


def broken_utf8_is_replaced():
    server("/t", 200, {"Content-Type": "text/plain; charset=utf-8"}, b"a\xffb\xe2\x82")
    see(requests.get(http + "/t").text)


def byte_order_mark():
    server("/t", 200, {"Content-Type": "text/plain; charset=utf-8"}, b"\xef\xbb\xbfx")
    server("/s", 200, {"Content-Type": "text/plain; charset=utf-8-sig"}, b"\xef\xbb\xbfx")
    see(requests.get(http + "/t").text, requests.get(http + "/s").text)


def charsets():
    server("/jp", 200, {"Content-Type": "text/plain; charset=shift_jis"}, b"\x82\xa0\x82\xa2")
    server("/ru", 200, {"Content-Type": "text/plain; charset=koi8-r"}, b"\xf0\xd2\xc9")
    server("/w", 200, {"Content-Type": "text/plain; charset=windows-1252"}, b"\x80\x99")
    see(requests.get(http + "/jp").text, requests.get(http + "/ru").text, requests.get(http + "/w").text)


def apparent_encoding():
    server("/a", body="plain ascii text")
    server("/u", body="ein Text mit Umlauten: äöü ÄÖÜ ß und noch mehr davon")
    see(requests.get(http + "/a").apparent_encoding, requests.get(http + "/u").apparent_encoding)


def empty_body():
    server("/e", 200, {"Content-Type": "application/json"})
    r = requests.get(http + "/e")
    see(r.text, r.content, r.encoding)
    with error():
        r.json()


def no_content():
    server("/n", 204)
    r = requests.get(http + "/n")
    see(r.status_code, r.content, r.text)


def json():
    server("/j", 200, {"Content-Type": "application/json"}, '{"a": [1, 2.5, null, true], "ü": "\\u2603"}')
    see(requests.get(http + "/j").json())


def json_in_utf16_and_utf32():
    server("/16", body="{\"a\": \"ü\"}".encode("utf-8"))
    server("/le", body=b"[\x001\x00]\x00")
    server("/bom", body=b"\xef\xbb\xbf[1]")
    see(requests.get(http + "/16").json(), requests.get(http + "/le").json(), requests.get(http + "/bom").json())


def json_errors():
    for text in ["no json", "{\"a\": }", "[1, 2", "{'a': 1}", "[1] x"]:
        server("/" + str(len(text)), 200, {"Content-Type": "text/plain"}, text)
        with error() as caught:
            requests.get(http + "/" + str(len(text))).json()
        e = caught.value
        see(str(e), e.msg, e.doc, e.pos, e.lineno, e.colno)


def json_with_options():
    server("/j", 200, {"Content-Type": "application/json"}, '{"a": 1, "b": 2}')
    see(requests.get(http + "/j").json(parse_int=lambda text: "int " + text))
    see(requests.get(http + "/j").json(object_pairs_hook=lambda pairs: list(pairs)))


def json_non_finite():
    server("/j", body="[NaN, 1]")
    value = requests.get(http + "/j").json()
    see(value[0] == value[0], value[1])


def links():
    server("/l", 200, {"Link": '<http://a.test/2>; rel="next", <http://a.test/9>; rel=last; title="the end", <http://x.test>'})
    see(requests.get(http + "/l").links, requests.get(http + "/").links)


def cookies_of_a_response():
    server("/c", 200, [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2; Path=/x; HttpOnly")])
    r = requests.get(http + "/c")
    see(r.cookies["a"], r.cookies.get_dict(), sorted(r.cookies.keys()))


def permanent_redirects():
    for status in [300, 301, 302, 303, 304, 307, 308]:
        server("/p" + str(status), status, {"Location": "/x"})
        r = requests.get(http + "/p" + str(status), allow_redirects=False)
        see(r.is_redirect, r.is_permanent_redirect)
    server("/none", 301)
    see(requests.get(http + "/none").is_permanent_redirect)


def content_can_be_asked_for_again():
    r = requests.get(http + "/")
    see(r.content is r.content, r.text == r.text, [c for c in r.iter_content(1)], [c for c in r.iter_content(1)])


def made_by_hand():
    r = requests.Response()
    see(r.status_code, r.reason, r.url, r.encoding, r.headers, r.history, r.raw, r.ok if r.status_code else None)
    r.status_code = 418
    r.reason = "Teapot"
    r.url = "http://example.org/"
    with error():
        r.raise_for_status()


def bytes_reason():
    r = requests.Response()
    r.status_code = 404
    r.url = "http://example.org/"
    r.reason = b"Non trouv\xc3\xa9"
    with error():
        r.raise_for_status()
    r.reason = b"\xe9"
    with error():
        r.raise_for_status()


def gzip_body():
    server("/g", 200, {"Content-Encoding": "gzip"}, gzip.compress(b"hello " * 20))
    r = requests.get(http + "/g")
    see(r.content, r.headers["Content-Encoding"])


def deflate_body():
    server("/d", 200, {"Content-Encoding": "deflate"}, zlib.compress(b"hello " * 20))
    server("/raw", 200, {"Content-Encoding": "deflate"}, zlib.compress(b"hello " * 20)[2:])
    see(requests.get(http + "/d").content, requests.get(http + "/raw").content[:5])


def twice_encoded():
    server("/g", 200, {"Content-Encoding": "deflate, gzip"}, gzip.compress(zlib.compress(b"hello")))
    see(requests.get(http + "/g").content)


def identity_and_unknown_encodings():
    server("/i", 200, {"Content-Encoding": "identity"}, "plain")
    server("/u", 200, {"Content-Encoding": "unknown"}, "plain")
    see(requests.get(http + "/i").text, requests.get(http + "/u").text)


def broken_gzip():
    server("/g", 200, {"Content-Encoding": "gzip"}, b"this is not gzip")
    with error() as caught:
        requests.get(http + "/g")


def gzip_cut_short():
    server("/g", 200, {"Content-Encoding": "gzip"}, gzip.compress(b"hello " * 200)[:-12])
    with error():
        see(len(requests.get(http + "/g").content) > 0)


def gzip_in_several_members():
    server("/g", 200, {"Content-Encoding": "x-gzip"}, gzip.compress(b"one ") + gzip.compress(b"two"))
    see(requests.get(http + "/g").content)


def chunked_body():
    server("/c", 200, {"Content-Type": "text/plain"}, chunks=["one,", "two,", "three"])
    r = requests.get(http + "/c")
    see(r.text, r.headers)


def body_until_the_end():
    server("/e", raw=b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end")
    r = requests.get(http + "/e")
    see(r.text, r.raw.version)


def body_cut_short():
    server("/e", raw=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
    with error():
        requests.get(http + "/e")


def chunks_cut_short():
    server("/e", raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nwo")
    with error():
        requests.get(http + "/e")


def bad_chunks():
    server("/e", raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n")
    with error():
        requests.get(http + "/e")


def context_manager():
    with requests.get(http + "/", stream=True) as r:
        see(r.status_code, r.content)
