/** A case that does something else here than in Python, and why. */
export interface Difference {
  case: string;
  reason: string;
}

const emptyStream = "undici learns only at its end that a stream is empty, and says so with Content-Length: 0, not with an empty chunk";

/** Everything that is excused; the package's README has each under "Differences from Python". */
export const differences: readonly Difference[] = [
  { case: "bodies/form_of_none_alone", reason: emptyStream },
  { case: "bodies/file_at_its_end_is_chunked", reason: emptyStream },
  { case: "bodies/json_whole_floats", reason: "1e16 and 10000000000000000 are one number in JavaScript" },
  { case: "headers/expect_of_the_user", reason: "undici sends no Expect" },
  { case: "redirects/generator_cannot_be_sent_again", reason: "Python sends an empty body, and so loses data without a word" },
  { case: "response/gzip_cut_short", reason: "Python takes what came for the whole body" },
];

/** Cases that releases of requests or urllib3 before the recorded ones do differently: Debian 12 has 2.28.1 and 1.26.12. */
export const olderReleases: readonly Difference[] = [];
