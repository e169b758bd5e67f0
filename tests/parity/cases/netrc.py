# Credentials from a netrc file.


def _netrc(text):
    env(NETRC=file("own-netrc", text.encode()))


def by_host():
    _netrc("machine 127.0.0.1 login user password secret\n")
    requests.get(http + "/")
    requests.get(local + "/")


def default_entry():
    _netrc("default login anyone password thing\n")
    requests.get(http + "/")


def beats_the_url():
    _netrc("machine 127.0.0.1 login netrc password secret\n")
    requests.get("http://url:url@" + http.replace("http://", "") + "/")


def beats_a_header():
    _netrc("machine 127.0.0.1 login netrc password secret\n")
    requests.get(http + "/", headers={"Authorization": "own"})


def loses_to_auth():
    _netrc("machine 127.0.0.1 login netrc password secret\n")
    requests.get(http + "/", auth=("arg", "arg"))
    s = requests.Session()
    s.auth = ("session", "session")
    s.get(http + "/")


def not_without_trust_env():
    _netrc("machine 127.0.0.1 login netrc password secret\n")
    s = requests.Session()
    s.trust_env = False
    s.get(http + "/")


def in_the_home_folder():
    file(".netrc", b"machine 127.0.0.1 login home password secret\n")
    requests.get(http + "/")


def second_name_in_the_home_folder():
    file("_netrc", b"machine 127.0.0.1 login home password secret\n")
    requests.get(http + "/")


def over_several_lines():
    _netrc("# comment\nmachine other.test login a password b\n\nmachine 127.0.0.1\n  login user\n  password se#cret\n")
    requests.get(http + "/")


def account_and_macros():
    _netrc("machine 127.0.0.1 login user account acc password secret\nmacdef init\n  cd /tmp\n\nmachine x login y password z\n")
    requests.get(http + "/")


def broken_file():
    _netrc("machine 127.0.0.1 nonsense\n")
    requests.get(http + "/")


def missing_file():
    env(NETRC="/no/such/netrc")
    requests.get(http + "/")


def after_a_redirect():
    _netrc("machine localhost login user password secret\n")
    server("/a", 302, {"Location": local + "/b"})
    requests.get(http + "/a", auth=("arg", "arg"))


def get_netrc_auth():
    _netrc("machine a.test login user password secret\nmachine b.test password only\n")
    get = requests.utils.get_netrc_auth
    see(get("http://a.test/x"), get("http://a.test:8080/x"), get("http://none.test/"), get("http://b.test/"))
    see(get("http://u:p@a.test/"))
