# Hooks on responses.


def sees_the_response():
    def hook(r, *args, **kwargs):
        see(r.status_code, r.url, sorted(kwargs.keys()))

    requests.get(http + "/x", hooks={"response": hook})


def several_in_order():
    requests.get(http + "/", hooks={"response": [lambda r, **k: see("one"), lambda r, **k: see("two")]})


def replaces_the_response():
    def hook(r, **kwargs):
        other = requests.Response()
        other.status_code = 299
        other.url = r.url
        other.raw = io.BytesIO(b"")
        other.request = r.request
        return other

    r = requests.get(http + "/", hooks={"response": hook})
    see(r.status_code, r.url)


def changes_the_response():
    def hook(r, **kwargs):
        r.encoding = "utf-16"
        r.seen = True

    r = requests.get(http + "/", hooks={"response": hook})
    see(r.encoding, r.seen)


def of_the_session():
    s = requests.Session()
    s.hooks["response"].append(lambda r, **k: see("session"))
    s.get(http + "/1")
    s.get(http + "/2", hooks={"response": lambda r, **k: see("call")})


def on_every_hop():
    server("/a", 302, {"Location": "/b"})
    requests.get(http + "/a", hooks={"response": lambda r, **k: see(r.status_code, r.url)})


def that_raises():
    def hook(r, **kwargs):
        r.raise_for_status()

    server("/bad", 500)
    with error():
        requests.get(http + "/bad", hooks={"response": hook})


def that_sends_again():
    s = requests.Session()

    def hook(r, **kwargs):
        if r.status_code == 401:
            p = r.request.copy()
            p.headers["Authorization"] = "token"
            again = r.connection.send(p, **kwargs)
            again.history.append(r)
            return again

    server("/a", 401)
    server("/a", 200, {}, "in")
    r = s.get(http + "/a", hooks={"response": hook})
    see(r.status_code, [h.status_code for h in r.history], r.text)


def of_another_event():
    with error():
        requests.get(http + "/", hooks={"request": lambda r: r})


def default_hooks():
    see(requests.hooks.default_hooks(), requests.hooks.HOOKS)


def dispatch_hook():
    dispatch = requests.hooks.dispatch_hook
    see(dispatch("response", {"response": lambda d: d + "!"}, "data"))
    see(dispatch("response", {"response": [lambda d: None, lambda d: d * 2]}, "ab"))
    see(dispatch("response", {}, "same"), dispatch("response", None, "same"))


def reads_the_body():
    server("/x", body="content")
    requests.get(http + "/x", hooks={"response": lambda r, **k: see(r.text)})
