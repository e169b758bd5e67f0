# The exceptions: who inherits from whom, what they carry, and when they come.


def inheritance():
    names = ["RequestException", "InvalidJSONError", "JSONDecodeError", "HTTPError", "ConnectionError", "ProxyError", "SSLError", "Timeout"]
    names = names + ["ConnectTimeout", "ReadTimeout", "URLRequired", "TooManyRedirects", "MissingSchema", "InvalidSchema", "InvalidURL"]
    names = names + ["InvalidHeader", "InvalidProxyURL", "ChunkedEncodingError", "ContentDecodingError", "StreamConsumedError"]
    names = names + ["RetryError", "UnrewindableBodyError", "RequestsWarning", "FileModeWarning", "RequestsDependencyWarning"]
    for name in names:
        see([other for other in names if issubclass(getattr(requests.exceptions, name), getattr(requests.exceptions, other))])


def builtin_bases():
    for name in ["RequestException", "HTTPError", "ConnectionError", "Timeout", "ReadTimeout", "JSONDecodeError"]:
        see(issubclass(getattr(requests.exceptions, name), OSError))
    for name in ["MissingSchema", "InvalidSchema", "InvalidURL", "InvalidHeader", "InvalidProxyURL", "JSONDecodeError", "HTTPError"]:
        see(issubclass(getattr(requests.exceptions, name), ValueError))


def at_the_top():
    for name in ["RequestException", "HTTPError", "ConnectionError", "Timeout", "ConnectTimeout", "ReadTimeout", "TooManyRedirects"]:
        see(getattr(requests, name) is getattr(requests.exceptions, name))
    see(requests.URLRequired is requests.exceptions.URLRequired, requests.JSONDecodeError is requests.exceptions.JSONDecodeError)
    see(requests.FileModeWarning is requests.exceptions.FileModeWarning)


def request_and_response():
    e = requests.RequestException("text")
    see(e.request, e.response, str(e))
    r = requests.get(http + "/")
    e = requests.HTTPError("text", response=r)
    see(e.response is r, e.request is r.request)
    e = requests.ConnectionError(request=r.request)
    see(e.request is r.request, e.response)


def refused_connection():
    with error() as caught:
        requests.get(refused + "/x")
    see(caught.value.request.url, caught.value.response)


def connection_closed_at_once():
    server("/drop", drop=True)
    with error():
        requests.get(http + "/drop")


def not_http():
    server("/x", raw=b"this is not HTTP at all\r\n\r\n")
    with error():
        requests.get(http + "/x")


def tls_to_a_plain_server():
    with error():
        requests.get(http.replace("http://", "https://") + "/")


def unknown_host():
    with error():
        requests.get("http://host.invalid/")


def status_errors_carry_the_response():
    server("/404", 404, {}, "gone")
    with error() as caught:
        requests.get(http + "/404").raise_for_status()
    see(caught.value.response.text, caught.value.request.method)


def can_be_raised_and_caught():
    with error() as caught:
        raise requests.exceptions.ConnectTimeout("too late")
    see(isinstance(caught.value, requests.ConnectionError), isinstance(caught.value, requests.Timeout), isinstance(caught.value, requests.ReadTimeout))


def url_required():
    with error():
        raise requests.exceptions.URLRequired()


def json_decode_error_by_hand():
    e = requests.exceptions.JSONDecodeError("Expecting value", "doc\nment", 5)
    see(e.msg, e.doc, e.pos, e.lineno, e.colno, str(e))


def missing_schema_names_the_url():
    with error():
        requests.get("www.example.org/x")
