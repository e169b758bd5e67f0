# Bodies in pieces.


def iter_content():
    server("/s", body="0123456789")
    r = requests.get(http + "/s", stream=True)
    see([piece for piece in r.iter_content(4)])


def iter_content_by_keyword():
    server("/s", body="0123456789")
    r = requests.get(http + "/s", stream=True)
    see([piece for piece in r.iter_content(chunk_size=3)])


def default_size_is_one_byte():
    server("/s", body="abc")
    see([piece for piece in requests.get(http + "/s", stream=True).iter_content()])
    see([piece for piece in requests.get(http + "/s").iter_content()])


def size_none_gives_pieces_as_they_come():
    server("/s", chunks=["one", "second", "3"])
    see([piece for piece in requests.get(http + "/s", stream=True).iter_content(None)])
    see([piece for piece in requests.get(http + "/s").iter_content(None)])


def sizes_that_are_no_integers():
    for size in ["1024", 1.5, [1]]:
        with error():
            requests.get(http + "/", stream=True).iter_content(size)


def decode_unicode():
    server("/s", 200, {"Content-Type": "text/plain; charset=utf-8"}, "aü☃b")
    r = requests.get(http + "/s", stream=True)
    see("".join([piece for piece in r.iter_content(2, decode_unicode=True)]))


def decode_unicode_without_encoding():
    server("/s", body="bytes")
    r = requests.get(http + "/s", stream=True)
    see([piece for piece in r.iter_content(3, decode_unicode=True)])


def iter_lines():
    server("/s", body="one\ntwo\r\nthree\n\nfive")
    r = requests.get(http + "/s", stream=True)
    see([line for line in r.iter_lines()])


def iter_lines_over_small_pieces():
    server("/s", body="one\ntwo\nthree\n")
    r = requests.get(http + "/s", stream=True)
    see([line for line in r.iter_lines(chunk_size=2)])


def iter_lines_with_delimiter():
    server("/s", body="a|b||c|")
    r = requests.get(http + "/s", stream=True)
    see([line for line in r.iter_lines(delimiter=b"|")])


def iter_lines_as_text():
    server("/s", 200, {"Content-Type": "text/plain; charset=utf-8"}, "ü\n☃\n")
    r = requests.get(http + "/s", stream=True)
    see([line for line in r.iter_lines(decode_unicode=True)])


def iter_lines_crlf_split():
    server("/s", chunks=["one\r", "\ntwo"])
    r = requests.get(http + "/s", stream=True)
    see([line for line in r.iter_lines(chunk_size=None)])


def content_after_streaming_is_an_error():
    server("/s", body="abcdef")
    r = requests.get(http + "/s", stream=True)
    see([piece for piece in r.iter_content(2)])
    with error():
        r.iter_content(2)
    with error():
        see(r.content)


def content_while_streaming():
    server("/s", body="abcdef")
    r = requests.get(http + "/s", stream=True)
    see(r.content, [piece for piece in r.iter_content(4)], r.text)


def text_and_json_of_a_stream():
    server("/s", body="[1, 2]")
    see(requests.get(http + "/s", stream=True).json(), requests.get(http + "/s", stream=True).text)


def raw_read():
    server("/s", body="0123456789")
    r = requests.get(http + "/s", stream=True)
    see(r.raw.read(4), r.raw.read(4), r.raw.read(4), r.raw.read(4))


def raw_attributes():
    server("/s", (201, "Made"), {"X-A": "1"}, "body")
    r = requests.get(http + "/s", stream=True)
    see(r.raw.status, r.raw.reason, r.raw.headers.get("x-a"), r.raw.version, r.raw.read())


def raw_is_not_decoded():
    data = gzip.compress(b"hello")
    server("/g", 200, {"Content-Encoding": "gzip"}, data)
    r = requests.get(http + "/g", stream=True)
    see(r.raw.read() == data)
    see(requests.get(http + "/g", stream=True).raw.read(decode_content=True))


def raw_stream():
    server("/s", body="0123456789")
    r = requests.get(http + "/s", stream=True)
    see([piece for piece in r.raw.stream(4)])


def raw_of_a_read_response():
    see(requests.get(http + "/").raw.read())


def gzip_in_pieces():
    server("/g", 200, {"Content-Encoding": "gzip"}, gzip.compress(b"0123456789" * 3))
    r = requests.get(http + "/g", stream=True)
    see(b"".join([piece for piece in r.iter_content(7)]))


def iterating_over_the_response():
    server("/s", body="x" * 300)
    r = requests.get(http + "/s", stream=True)
    see([len(piece) for piece in r])


def close_before_reading():
    server("/s", body="x" * 1000)
    r = requests.get(http + "/s", stream=True)
    r.close()
    see(r.status_code)


def session_streams():
    s = requests.Session()
    s.stream = True
    server("/s", body="abc")
    r = s.get(http + "/s")
    see(r.raw.read())
    see(s.get(http + "/s", stream=False).content)


def error_in_the_middle():
    server("/e", raw=b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this")
    r = requests.get(http + "/e", stream=True)
    with error():
        see([piece for piece in r.iter_content(None)])


def error_in_the_middle_of_chunks():
    server("/e", raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz")
    r = requests.get(http + "/e", stream=True)
    with error():
        for piece in r.iter_content(5):
            see(piece)


def status_before_the_body():
    server("/e", raw=b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", hold=True)
    r = requests.get(http + "/e", stream=True, timeout=0.5)
    see(r.status_code)
    with error():
        see(r.content)
