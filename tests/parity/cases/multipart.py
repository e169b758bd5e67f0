# Forms with files.


def bytes_file():
    r = requests.post(http + "/", files={"file": b"content"})
    see(r.request.headers["Content-Type"], r.request.body)


def text_file():
    requests.post(http + "/", files={"file": "text ü"})


def open_file_has_its_name():
    with open(file("report.csv", b"a,b\n1,2\n"), "rb") as f:
        requests.post(http + "/", files={"file": f})


def name_and_content():
    requests.post(http + "/", files={"file": ("report.xls", b"xls")})


def name_content_and_type():
    requests.post(http + "/", files={"file": ("report.xls", b"xls", "application/vnd.ms-excel")})


def name_content_type_and_headers():
    requests.post(http + "/", files={"file": ("r.xls", b"xls", "application/vnd.ms-excel", {"Expires": "0", "X-A": "b"})})


def type_none_with_headers():
    requests.post(http + "/", files={"file": ("r.xls", b"xls", None, {"Content-Type": "text/own"})})


def with_data():
    requests.post(http + "/", data={"a": "1", "b": ["2", "3"], "c": None}, files={"f": b"x"})


def data_of_pairs():
    requests.post(http + "/", data=[("a", "1"), ("a", "2")], files={"f": b"x"})


def data_values():
    requests.post(http + "/", data={"i": 1, "b": b"\xff", "u": "ü", "t": True}, files={"f": b"x"})


def several_files_of_one_name():
    requests.post(http + "/", files=[("images", ("a.png", b"A", "image/png")), ("images", ("b.png", b"B", "image/png"))])


def file_name_none():
    requests.post(http + "/", files={"field": (None, "value")})
    requests.post(http + "/", files={"field": (None, b"value", "application/json")})


def quotes_and_lines_in_names():
    requests.post(http + "/", files={'fi"eld': ('na"me\r\n.txt', b"x")})


def unicode_names():
    requests.post(http + "/", files={"fëld": ("ñame ☃.txt", b"x")})


def bytes_io():
    requests.post(http + "/", files={"f": io.BytesIO(b"memory")})
    requests.post(http + "/", files={"f": ("n", io.BytesIO(b"memory"))})


def empty_file():
    requests.post(http + "/", files={"f": ("empty", b"")})


def no_files():
    r = requests.post(http + "/", data={"a": "1"}, files={})
    see(r.request.headers["Content-Type"])
    r = requests.post(http + "/", files=None)
    see(r.request.headers.get("Content-Type"))


def file_that_is_none():
    requests.post(http + "/", files={"f": None, "g": b"x"})


def line_ends_are_kept():
    requests.post(http + "/", data={"t": "a\nb\r\nc"}, files={"f": b"1\n2\r\n3"})


def text_data_is_refused():
    with error():
        requests.post(http + "/", data="text", files={"f": b"x"})


def own_content_type_stays():
    r = requests.post(http + "/", files={"f": b"x"}, headers={"Content-Type": "multipart/form-data; boundary=own"})
    see(r.request.headers["Content-Type"])


def put_and_other_methods():
    requests.put(http + "/", files={"f": b"x"})


def file_partly_read():
    f = io.BytesIO(b"abcdef")
    f.read(3)
    requests.post(http + "/", files={"f": ("n", f)})


