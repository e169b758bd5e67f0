/** A case that does something else here than in Python, and why. */
export interface Difference {
  case: string;
  reason: string;
}

const emptyStream =
  "undici learns only at its end that a stream is empty, and says so with Content-Length: 0, not with an empty chunk";

const wholeFloats: Difference = {
  case: "bodies/json_whole_floats",
  reason: "1e16 and 10000000000000000 are one number in JavaScript",
};
const generatorAgain: Difference = {
  case: "redirects/generator_cannot_be_sent_again",
  reason: "Python sends an empty body, and so loses data without a word",
};
const gzipCutShort: Difference = {
  case: "response/gzip_cut_short",
  reason: "Python takes what came for the whole body",
};

/** Everything that is excused; the package's README has each under "Differences from Python". */
export const differences: readonly Difference[] = [
  { case: "bodies/form_of_none_alone", reason: emptyStream },
  { case: "bodies/file_at_its_end_is_chunked", reason: emptyStream },
  wholeFloats,
  { case: "headers/expect_of_the_user", reason: "undici sends no Expect" },
  generatorAgain,
  { case: "response/body_until_the_end", reason: "undici does not tell the version of HTTP that was answered in" },
  gzipCutShort,
];

/** Cases that differ with the exact adapter, whose wire is compared byte for byte. */
export const exactDifferences: readonly Difference[] = [
  wholeFloats,
  generatorAgain,
  { case: "response/body_until_the_end", reason: "an adapter's response has no version of HTTP" },
  gzipCutShort,
];

const laterInRequests = "came with a later requests";
const userAgentLast = "urllib3 1.26 puts its own User-Agent last";
const emptyChunk = "urllib3 1.26 writes an empty piece as the last chunk, and the real one into the next request";

/** Cases that releases before the recorded ones do differently: Debian 12 has requests 2.28.1 and urllib3 1.26.12. */
export const olderReleases: readonly Difference[] = [
  { case: "adapters/build_connection_pool_key_attributes", reason: laterInRequests },
  { case: "bodies/data_of_another_type", reason: "urllib3 1.26 fails after it sent the head" },
  { case: "bodies/form_of_none_alone", reason: emptyChunk },
  { case: "bodies/iterator_of_text", reason: "urllib3 1.26 takes bytes alone" },
  { case: "bodies/iterator_with_empty_pieces", reason: emptyChunk },
  { case: "bodies/read_without_length_is_chunked", reason: emptyChunk },
  { case: "bodies/text", reason: "http.client sends text as Latin-1" },
  { case: "cookies/number_values", reason: "a TypeError from http.cookiejar then" },
  { case: "digest/auth_int_alone", reason: "the header None is a TypeError in urllib3 1.26" },
  { case: "digest/unknown_algorithm", reason: "the header None is a TypeError in urllib3 1.26" },
  { case: "environment/should_bypass_proxies", reason: "NO_PROXY matched in the middle of a name" },
  { case: "exceptions/missing_schema_names_the_url", reason: "the message proposed http://" },
  { case: "headers/bad_names", reason: "another message, and http.client's own check" },
  { case: "headers/leading_space_is_refused", reason: "another message" },
  { case: "headers/session_default_headers_can_go", reason: userAgentLast },
  { case: "headers/user_agent_none", reason: userAgentLast },
  { case: "headers/values_that_are_no_text", reason: "another message" },
  { case: "netrc/beats_the_url", reason: "credentials in a URL hid its host from netrc" },
  { case: "netrc/get_netrc_auth", reason: "credentials in a URL hid its host from netrc" },
  { case: "prepared/changed_before_sending", reason: userAgentLast },
  { case: "prepared/request_defaults", reason: "the message proposed http://" },
  { case: "response/body_cut_short", reason: "urllib3 1.26 does not enforce Content-Length" },
  { case: "response/gzip_in_several_members", reason: "x-gzip came with urllib3 2" },
  { case: "structures/every_number", reason: laterInRequests },
  { case: "urls/no_scheme", reason: "the message proposed http://" },
  { case: "utils/check_header_validity", reason: "another message" },
  { case: "utils/super_len", reason: "text was counted in characters" },
];

/** Names of Python's requests that are not here, and why. */
export const absent: readonly { names: RegExp; reason: string }[] = [
  {
    names: /\.(?:add_note|with_traceback|characters_written|errno|strerror|filename2?)$/,
    reason: "of Python's BaseException and OSError, not of requests; JavaScript's errors have stack and cause",
  },
  {
    names: / is (?:Generic|Sized|Iterable|Container|Collection|Mapping|MutableMapping)$/,
    reason: "Python's abstract classes; JavaScript has no registry of them",
  },
  {
    names: /LookupDict(?: is dict|\.(?:clear|copy|fromkeys|items|keys|pop|popitem|setdefault|update|values))$/,
    reason: "the dict that Python's LookupDict also is stays empty: the names are attributes",
  },
  {
    names: /RequestsCookieJar\.(?:\w+_re)$/,
    reason: "regular expressions that http.cookiejar keeps for itself",
  },
  {
    names: /RequestEncodingMixin/,
    reason: "a class has one base in JavaScript; what the mixin has is PreparedRequest's own",
  },
  { names: / is urllib3\./, reason: "urllib3's classes are not exported" },
  { names: /HTTPDigestAuth\.(?:num_401_calls|pos)$/, reason: "kept by request, where Python keeps them by thread" },
  { names: /^requests\.check_compatibility$/, reason: "checks the versions of urllib3 and chardet that pip installed" },
  { names: /^requests\.packages$/, reason: "the place where requests once kept its own copy of urllib3" },
];

/** What is called in another way than by Python's parameters. */
export const calledOtherwise: ReadonlySet<string> = new Set([
  // A context manager in Python; here it calls a function and cleans up behind it.
  "utils.atomic_open",
]);

/** Methods that Python's syntax calls, and what stands for each here. */
export const protocols: Readonly<Record<string, string>> = {
  __init__: "constructor",
  __call__: "__call__, or a function",
  __repr__: "toString()",
  __bool__: "an object is always true in JavaScript: ask for ok",
  __nonzero__: "Python 2's __bool__",
  __iter__: "Symbol.iterator or Symbol.asyncIterator",
  __len__: "size",
  __contains__: "in, or has()",
  __getitem__: "brackets, or get()",
  __getattr__: "attributes are properties",
  __setitem__: "brackets, or set()",
  __delitem__: "delete, or delete()",
  __eq__: "equals()",
  __ne__: "equals()",
  __enter__: "await using",
  __exit__: "await using",
  __getstate__: "pickling, which JavaScript does not have",
  __setstate__: "pickling, which JavaScript does not have",
  __reduce__: "pickling, which JavaScript does not have",
};
