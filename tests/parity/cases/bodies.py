# Bodies: forms, text, bytes, JSON, files and streams.


def form():
    r = requests.post(http + "/", data={"key1": "value1", "key2": "value two"})
    see(r.request.body, r.request.headers["Content-Type"])


def form_with_lists():
    see(requests.post(http + "/", data={"a": ["1", "2"], "b": (3, 4)}).request.body)


def form_of_pairs():
    see(requests.post(http + "/", data=[("b", "2"), ("a", "1"), ("b", "3")]).request.body)
    see(requests.post(http + "/", data=(("x", "1"), ("y", "2"))).request.body)


def form_quoting():
    see(requests.post(http + "/", data={"ünï": "a&b=c d+e/f~g*h☃\n"}).request.body)


def form_with_none():
    p = requests.Request("POST", http + "/", data={"a": None, "b": "1"}).prepare()
    see(p.body)


def form_of_none_alone():
    r = requests.post(http + "/", data={"a": None})
    see(r.request.body, r.request.headers.get("Content-Type"))


def form_values():
    see(requests.post(http + "/", data={"i": 1, "f": 0.5, "t": True, "b": b"\xc3\xa9"}).request.body)


def text():
    r = requests.post(http + "/", data="text ü ☃")
    see(r.request.body, r.request.headers.get("Content-Type"), r.request.headers["Content-Length"])


def bytes_body():
    r = requests.post(http + "/", data=b"\x00\xff\x80")
    see(r.request.body)


def empty_bodies():
    for data in ["", b"", {}, [], None]:
        r = requests.post(http + "/", data=data)
        see(r.request.body, r.request.headers.get("Content-Length"))


def methods_without_a_body():
    for method in ["GET", "HEAD", "DELETE", "OPTIONS", "PUT", "PATCH", "POST", "CUSTOM"]:
        see(requests.request(method, http + "/").request.headers.get("Content-Length"))


def get_with_a_body():
    requests.get(http + "/", data="body")
    requests.get(http + "/", json={"a": 1})


def json_body():
    r = requests.post(http + "/", json={"a": [1, 2.5, None, True], "b": {"c": "d"}})
    see(r.request.body, r.request.headers["Content-Type"])


def json_escapes():
    see(requests.post(http + "/", json="ü☃😀\"\\/\n\t\x01\x7f").request.body)


def json_numbers():
    see(requests.post(http + "/", json=[0, -1, 1.5, 1e-07, 2.5e-10, 123456789012345]).request.body)


def json_whole_floats():
    see(requests.post(http + "/", json=[1e+22, 1e16]).request.body)


def json_falsy():
    for value in [False, 0, "", []]:
        see(requests.post(http + "/", json=value).request.body)


def json_none_is_no_body():
    see(requests.post(http + "/", json=None).request.body)


def json_empty_dict():
    r = requests.post(http + "/", json={})
    see(r.request.body, r.request.headers.get("Content-Type"))


def json_with_data_is_ignored():
    see(requests.post(http + "/", data={"d": "1"}, json={"j": 1}).request.body)
    see(requests.post(http + "/", data="", json={"j": 1}).request.body)


def json_that_cannot_be():
    nan = 1e308 * 10 - 1e308 * 10
    for value in [nan, [1e308 * 10], {"a": -1e308 * 10}]:
        with error():
            requests.post(http + "/", json=value)


def json_separators():
    see(requests.post(http + "/", json=[{}, [], {"a": {}}, [[]], {"k": [{"x": 1}, 2]}]).request.body)


def json_surrogates_and_lines():
    see(requests.post(http + "/", json={"\u2028": "\u00e9\uffff", "k": "\ud7ff"}).request.body)


def file_object():
    path = file("data.txt", b"file content")
    with open(path, "rb") as f:
        r = requests.post(http + "/", data=f)
        see(r.request.headers["Content-Length"], r.request.headers.get("Content-Type"))


def file_from_the_middle():
    with open(file("data.txt", b"0123456789"), "rb") as f:
        f.seek(4)
        see(requests.post(http + "/", data=f).request.headers["Content-Length"])


def file_at_its_end_is_chunked():
    with open(file("data.txt", b"0123"), "rb") as f:
        f.seek(0, 2)
        r = requests.post(http + "/", data=f)
        see(r.request.headers.get("Transfer-Encoding"))


def bytes_io():
    requests.post(http + "/", data=io.BytesIO(b"in memory"))


def string_io():
    requests.post(http + "/", data=io.StringIO("text in memory"))


def bytes_io_partly_read():
    f = io.BytesIO(b"abcdef")
    f.read(2)
    requests.post(http + "/", data=f)


def iterator_is_chunked():
    r = requests.post(http + "/", data=iter([b"one", b"two", b"three"]))
    see(r.request.headers["Transfer-Encoding"], r.request.headers.get("Content-Length"))


def iterator_of_text():
    requests.post(http + "/", data=iter(["a", "b ü"]))


def iterator_with_empty_pieces():
    requests.post(http + "/", data=iter([b"a", b"", b"b"]))


def read_without_length_is_chunked():
    class Source:
        def __init__(self):
            self.parts = [b"x" * 10, b"y" * 5, b""]
            self.at = 0

        def read(self, size=None):
            self.at = self.at + 1
            return self.parts[self.at - 1]

        def __iter__(self):
            return iter(self.parts)

    requests.post(http + "/", data=Source())


def stream_and_files_exclude_each_other():
    with error():
        requests.post(http + "/", data=iter([b"a"]), files={"f": b"x"})


def large_body():
    requests.post(http + "/", data=b"0123456789abcdef" * 10000)


def large_file_object():
    requests.post(http + "/", data=io.BytesIO(b"0123456789abcdef" * 5000))


def data_of_another_type():
    with error():
        requests.post(http + "/", data=5)


def body_of_a_string_with_own_type():
    requests.post(http + "/", data='{"a": 1}', headers={"Content-Type": "application/json"})
