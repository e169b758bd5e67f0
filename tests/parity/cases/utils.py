# requests.utils, function by function.


def default_user_agent():
    see(requests.utils.default_user_agent(), requests.utils.default_user_agent("own").split("/")[0])


def default_headers():
    see(requests.utils.default_headers())


def get_encoding_from_headers():
    f = requests.utils.get_encoding_from_headers
    for kind in ["text/html", "text/html; charset=ISO-8859-15", "TEXT/PLAIN", "application/json", "image/png", "text/plain; charset='x'", 'text/x; charset="y"; z=1']:
        see(f(requests.structures.CaseInsensitiveDict({"content-type": kind})))
    see(f({}))


def get_encodings_from_content():
    f = requests.utils.get_encodings_from_content
    see(f('<meta charset="UTF-8">'), f('<meta http-equiv="Content-type" content="text/html;charset=latin-2">'), f('<?xml version="1.0" encoding="koi8-r"?>'), f("none"))


def parse_header_links():
    f = requests.utils.parse_header_links
    see(f('<http://a.test/1>; rel=front; type="image/jpeg",<http://a.test/2>; rel=back'), f("<http://a.test>;"), f(""), f("<http://a.test>; a; b=1"))


def parse_dict_header():
    f = requests.utils.parse_dict_header
    see(f('foo="is a fish", bar="as well"'), f("key_without_value"), f('a=b, c="d, e"'), f(""))


def parse_list_header():
    f = requests.utils.parse_list_header
    see(f('token, "quoted value"'), f('a, "b, c", d'), f(""), f("one"))


def unquote_header_value():
    f = requests.utils.unquote_header_value
    see(f('"quoted"'), f("bare"), f('"a\\"b\\\\c"'), f('"\\\\server\\share"', is_filename=True), f('"'))


def requote_uri():
    f = requests.utils.requote_uri
    for uri in ["http://a.test/%zz", "http://a.test/a b", "http://a.test/%41%2f", "http://a.test/100%", "http://a.test/ü", "http://a.test/?a=[1]&b={}"]:
        see(f(uri))


def unquote_unreserved():
    f = requests.utils.unquote_unreserved
    see(f("%41%2d%2F%7e"), f("%4"), f("%c3%a9"))
    with error():
        f("http://a.test/%u1234")


def prepend_scheme_if_needed():
    f = requests.utils.prepend_scheme_if_needed
    for url in ["http://a.test", "a.test/path", "a.test:8080", "//a.test", "user:pass@a.test/x?y", "https://a.test"]:
        see(f(url, "http"))


def get_auth_from_url():
    f = requests.utils.get_auth_from_url
    for url in ["http://u:p@a.test", "http://u%20x:p%40@a.test/", "http://u@a.test", "http://a.test", "http://:p@a.test", "http://u:@a.test", "%"]:
        see(f(url))


def urldefragauth():
    f = requests.utils.urldefragauth
    for url in ["http://u:p@a.test/x;y?z#f", "//u:p@a.test/x", "http://a.test:80/x#y", "u:p@a.test"]:
        see(f(url))


def guess_filename():
    f = requests.utils.guess_filename
    with open(file("name.txt", b""), "rb") as opened:
        see(f(opened))
    see(f(io.BytesIO(b"")))


def super_len():
    f = requests.utils.super_len
    see(f("text"), f("tüxt"), f(b"bytes"), f([1, 2, 3]), f({"a": "b"}), f(io.BytesIO(b"12345")), f(io.StringIO("1ü2")))
    part = io.BytesIO(b"12345")
    part.read(2)
    see(f(part))
    with open(file("f", b"123"), "rb") as opened:
        see(f(opened))


def to_key_val_list():
    f = requests.utils.to_key_val_list
    see(f([("k", "v")]), f({"k": "v"}), f(None), f((("a", 1), ("b", 2))))
    for bad in ["string", 3, True]:
        with error():
            f(bad)


def from_key_val_list():
    f = requests.utils.from_key_val_list
    see(f([("k", "v")]), f({"k": 0}), f(None))
    for bad in ["string", 3]:
        with error():
            f(bad)


def iter_slices():
    f = requests.utils.iter_slices
    see(list(f("abcdef", 4)), list(f(b"abc", 1)), list(f("abc", None)), list(f("abc", 0)), list(f("", 3)))


def guess_json_utf():
    f = requests.utils.guess_json_utf
    for data in [b"{}xx", b"[\x001\x00]\x00", b"\x00[\x001", b"\xef\xbb\xbf[]", b"\xff\xfe[\x00", b"\xfe\xff\x00[", b"[\x00\x00\x00", b"\x00\x00\x00["]:
        see(f(data))


def addresses():
    u = requests.utils
    see(u.is_ipv4_address("8.8.8.8"), u.is_ipv4_address("8.8.8.8.8"), u.is_ipv4_address("localhost.localdomain"), u.is_ipv4_address("1.1"))
    for cidr in ["192.168.1.0/24", "8.8.8.8", "192.168.1.0/a", "192.168.1.0/128", "192.168.1.0/-1", "192.168.1.999/24", "10.0.0.0/0"]:
        see(u.is_valid_cidr(cidr))
    see(u.dotted_netmask(8), u.dotted_netmask(24), u.dotted_netmask(25), u.dotted_netmask(32))
    see(u.address_in_network("192.168.1.1", "192.168.1.0/24"), u.address_in_network("172.16.0.1", "192.168.1.0/24"))


def check_header_validity():
    f = requests.utils.check_header_validity
    see(f(("X-Ok", "fine")), f((b"X-Ok", b"fine")), f(("X-Ok", "")))
    for header in [("X", " a"), ("X", "a\n"), (b"X", b"a\r\n"), (" X", "a"), ("X", 1), (1, "a")]:
        with error():
            f(header)


def rewind_body():
    p = requests.Request("POST", http + "/", data=io.BytesIO(b"12345")).prepare()
    p.body.read()
    requests.utils.rewind_body(p)
    see(p.body.read())
    p._body_position = None
    with error():
        requests.utils.rewind_body(p)


def unrewindable_position():
    class Untold:
        def __iter__(self):
            return iter([b"a"])

        def read(self, size=None):
            return b""

        def tell(self):
            raise OSError("no position")

    p = requests.Request("POST", http + "/", data=Untold()).prepare()
    with error():
        requests.utils.rewind_body(p)


def get_unicode_from_response():
    server("/x", 200, {"Content-Type": "text/plain; charset=utf-8"}, "ü")
    see(requests.utils.get_unicode_from_response(requests.get(http + "/x")))


def stream_decode_response_unicode():
    r = requests.Response()
    r.encoding = "utf-8"
    see(list(requests.utils.stream_decode_response_unicode(iter([b"\xc3", b"\xbc a", b"\xe2\x98"]), r)))
    r.encoding = None
    see(list(requests.utils.stream_decode_response_unicode(iter([b"raw"]), r)))


def dict_to_sequence():
    see(list(requests.utils.dict_to_sequence({"a": "1"})), requests.utils.dict_to_sequence([("a", "1")]))


def extract_zipped_paths():
    path = file("plain.txt", b"text")
    see(requests.utils.extract_zipped_paths(path) == path, requests.utils.extract_zipped_paths("/no/such/path"))
    see(requests.utils.extract_zipped_paths(path + "/member") == path + "/member")


def extract_zipped_paths_takes_a_member_out():
    archive = file(
        "bundle.zip",
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00\x00\x00!\\\xa2\x13\x18\xc5\x08\x00\x00\x00<\x00\x00\x00\x0c\x00\x00\x00certs/ca.pem+H\xcd- \x17\x01\x00PK\x01\x02\x14\x03\x14\x00\x00\x00\x08\x00\x00\x00!\\\xa2\x13\x18\xc5\x08\x00\x00\x00<\x00\x00\x00\x0c\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x01\x00\x00\x00\x00certs/ca.pemPK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00:\x00\x00\x002\x00\x00\x00\x00\x00",
    )
    copy = requests.utils.extract_zipped_paths(archive + "/certs/ca.pem")
    see(copy == archive + "/certs/ca.pem")
    with open(copy, "rb") as f:
        see(f.read())
    see(requests.utils.extract_zipped_paths(archive + "/certs/none.pem") == archive + "/certs/none.pem")


def unicode_is_ascii_and_native_strings():
    see(requests._internal_utils.unicode_is_ascii("abc"), requests._internal_utils.unicode_is_ascii("ü"))
    see(requests._internal_utils.to_native_string(b"abc"), requests._internal_utils.to_native_string("abc"))


def constants():
    see(requests.utils.DEFAULT_PORTS, requests.utils.NETRC_FILES, requests.utils.DEFAULT_ACCEPT_ENCODING)
    see(requests.models.REDIRECT_STATI, requests.models.DEFAULT_REDIRECT_LIMIT, requests.models.CONTENT_CHUNK_SIZE, requests.models.ITER_CHUNK_SIZE)
