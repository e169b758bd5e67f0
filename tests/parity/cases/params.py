# The query of a URL from `params`.


def dictionary():
    see(requests.get(http + "/p", params={"key1": "value1", "key2": "value2"}).url)


def list_values():
    see(requests.get(http + "/p", params={"a": ["1", "2"], "b": ("3",), "c": []}).url)


def none_is_left_out():
    see(requests.get(http + "/p", params={"a": None, "b": "", "c": [None, "x"]}).url)


def numbers_and_booleans():
    see(requests.get(http + "/p", params={"i": 1, "f": 1.5, "n": -3, "t": True, "f2": False}).url)


def pairs_keep_their_order():
    see(requests.get(http + "/p", params=[("b", "2"), ("a", "1"), ("b", "3")]).url)


def text_as_it_is():
    see(requests.get(http + "/p", params="a=1&b=%20&c=d e").url)


def bytes_as_they_are():
    see(requests.get(http + "/p", params=b"test=foo").url)


def added_to_a_query():
    see(requests.get(http + "/p?x=1", params={"y": "2"}).url)
    see(requests.get(http + "/p?x=1#frag", params={"y": "2"}).url)


def quoting():
    see(requests.get(http + "/p", params={"q": "a b&c=d/é+☃", "ü": "1", "~.-_": "*'()"}).url)


def bytes_keys_and_values():
    see(requests.get(http + "/p", params=[(b"k\xc3\xa9", b"v\xff")]).url)


def empty_ones():
    see(requests.get(http + "/p", params={}).url, requests.get(http + "/p", params="").url)
    see(requests.get(http + "/p", params=[]).url, requests.get(http + "/p?", params={}).url)


def of_the_session_and_the_call():
    s = requests.Session()
    s.params = {"a": "session", "b": "session"}
    see(s.get(http + "/p", params={"b": "call", "c": "call"}).url)
    see(s.get(http + "/p", params={"a": None}).url)


def session_params_update():
    s = requests.Session()
    s.params.update({"key": "1"})
    see(s.get(http + "/p").url, s.get(http + "/p?z=0").url)


def nested_lists_of_pairs():
    see(requests.get(http + "/p", params=[("a", ["1", "2"]), ("b", "3")]).url)


def ignored_for_other_schemes():
    r = requests.Request("GET", "mailto:someone@example.org", params={"a": "1"}).prepare()
    see(r.url)


def semicolons_and_reserved():
    see(requests.get(http + "/p", params={"a": ";,/?:@&=+$#[]"}).url)
