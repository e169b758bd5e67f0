# What becomes of a URL on its way to the wire.


def _prepared(url):
    return requests.Request("GET", url).prepare().url


def path_is_added():
    see(_prepared("http://example.org"), _prepared("http://example.org?a=1"), _prepared("http://example.org#x"))


def case_of_scheme_and_host():
    see(_prepared("HTTP://EXAMPLE.org/Path"), _prepared("http://Example.ORG:80/"))


def spaces_around():
    see(_prepared("   http://example.org/a"), _prepared("http://example.org/a b"), _prepared("http://example.org/a\t"))


def dot_segments():
    see(_prepared("http://example.org/a/../b/./c"), _prepared("http://example.org/a/%2e%2e/b"))


def percent_signs():
    see(_prepared("http://example.org/%7Euser/%zz"), _prepared("http://example.org/100%"), _prepared("http://example.org/%e2%98%83"))


def unreserved_are_unquoted():
    see(_prepared("http://example.org/%41%2D%5f%7e?%41=%2f"))


def unicode_path_and_query():
    see(_prepared("http://example.org/ø/☃?q=é#ü"))


def international_hosts():
    see(_prepared("http://bücher.example/"), _prepared("http://点看.example/x"))


def ip_hosts():
    see(_prepared("http://127.0.0.1:8080/a"), _prepared("http://[::1]:8080/a"), _prepared("http://[fe80::1%25eth0]/"))


def credentials_stay_in_the_url():
    p = requests.Request("GET", "http://user:pass@example.org/a").prepare()
    see(p.url, p.headers.get("Authorization"))


def reserved_in_path():
    see(_prepared("http://example.org/a;b=c,d:e@f&g=h+i$j!k*l'(m)"), _prepared("http://example.org/[x]|{y}^`\"<>\\"))


def double_slashes():
    see(_prepared("http://example.org//a//b"), _prepared("http://example.org/a//../b"))


def no_scheme():
    for url in ["example.org/a", "//example.org/a", "", "/path"]:
        with error():
            _prepared(url)


def unknown_scheme():
    for url in ["ftp://example.org/a", "localhost:3128", "mailto:a@example.org", "file:///etc/passwd"]:
        with error():
            requests.get(url)


def no_host():
    for url in ["http://", "http:///path", "http://?a=1", "http://:80/"]:
        with error():
            _prepared(url)


def bad_hosts():
    for url in ["http://*.example.org/", "http://.example.org/", "http://*example.org"]:
        with error():
            _prepared(url)


def bad_ports():
    for url in ["http://example.org:port/", "http://example.org:99999/"]:
        with error():
            _prepared(url)


def port_is_kept():
    see(_prepared("http://example.org:8080"), _prepared("http://example.org:0/"), _prepared("https://example.org:443/"))


def other_schemes_pass_through():
    see(_prepared("http+unix://%2Fvar%2Frun/path?x=A"), _prepared("magnet:?xt=urn"), _prepared("data:text/plain,hi there"))


def query_without_value():
    see(_prepared("http://example.org/?a&b=&=c"), _prepared("http://example.org/?"), _prepared("http://example.org/a?b?c"))


def path_url():
    for url in ["http://example.org", "http://example.org/a?b=c#d", "http://example.org?x=1"]:
        see(requests.Request("GET", url).prepare().path_url)


def fragment_stays_off_the_wire():
    r = requests.get(http + "/a?b#frag")
    see(r.url)


def quoted_on_the_wire():
    requests.get(http + "/ü b/%41%2f?x=y z&ü=%zz")


def host_header_with_port():
    requests.get(local + "/host")


def url_objects_are_text():
    class Url:
        def __str__(self):
            return "http://example.org/from-str"

    see(_prepared(Url()))
