/** More names to hide the values of. Letter case, `-` and `_` make no difference: `apiKey` is `API_KEY`, too. */
export interface RedactOptions {
  /** Header fields. */
  headers?: readonly string[];
  /** Names in the query of a URL. */
  query?: readonly string[];
  /** Members of JSON, fields of forms. */
  fields?: readonly string[];
}

/** What stands in place of a secret: fit for a header, a URL and JSON alike. */
const REDACTED = "REDACTED";

const secretHeaders =
  "authorization proxyauthorization cookie setcookie apikey xapikey xauthtoken xaccesstoken xcsrftoken xxsrftoken xamzsecuritytoken";
const secretFields =
  "accesstoken apikey assertion authtoken bearertoken clientsecret csrftoken idtoken jwt passphrase passwd password privatekey " +
  "pwd refreshtoken samlresponse secret secretkey sessionid sessiontoken sig signature token xamzcredential xamzsecuritytoken xamzsignature";
/** In JSON these are mostly something else. */
const secretQuery = `${secretFields} code key`;

/** What is between the parts of a multipart content (RFC 2046 §5.1.1). */
export function boundaryOf(contentType: string): string | undefined {
  const [, quoted, plain] = /^multipart\/.*;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType) ?? [];
  return quoted ?? plain;
}

const plain = (name: string) => name.toLowerCase().replace(/[-_]/g, "");

const secrets = (usual: string, more: readonly string[] = []) => new Set([...usual.split(" "), ...more.map(plain)]);

/** Hides credentials in what is written down. What is hidden once stays the same when it is hidden again. */
export class Redactor {
  readonly #headers: ReadonlySet<string>;
  readonly #query: ReadonlySet<string>;
  readonly #fields: ReadonlySet<string>;

  constructor({ headers, query, fields }: RedactOptions = {}) {
    this.#headers = secrets(secretHeaders, headers);
    this.#query = secrets(secretQuery, query);
    this.#fields = secrets(secretFields, fields);
  }

  isSecretHeader(name: string): boolean {
    return this.#headers.has(plain(name));
  }

  isSecretQuery(name: string): boolean {
    return this.#query.has(plain(name));
  }

  isSecretField(name: string): boolean {
    return this.#fields.has(plain(name));
  }

  /** A header's value: of cookies just what they hold, so that their names and attributes can still be tested. */
  header(name: string, value: string): string {
    if (!this.isSecretHeader(name)) return this.urls(value);
    const key = plain(name);
    if (key === "cookie") return value.replace(/(?<=^|;)(\s*[^=;]*)(=?)[^;]*/g, hidePair);
    if (key === "setcookie") return value.replace(/^([^=;]*)(=?)[^;]*/, hidePair);
    return REDACTED;
  }

  /** A whole URL: no user information, no fragment, and no secrets in its query. */
  url(url: string): string {
    return this.urls(url.replace(/(?<=\/\/)[^/?#]*@|#.*/gs, ""));
  }

  /** A text that may hold URLs, in HTML's writing too: no user information, and no secrets in queries and fragments. */
  urls(text: string): string {
    const bare = text.replace(/(?<=\/\/)[^/?#\s"'<>\\]*@/g, "");
    return bare.replace(/([?&#](?:amp;)?)([^=&?#\s"'<>]+)=[^&#\s"'<>]*/g, this.#pair);
  }

  /** The text of a body. */
  body(text: string, contentType: string): string {
    if (/^application\/x-www-form-urlencoded/i.test(contentType)) {
      return text.replace(/(^|&)([^=&]+)=[^&]*/g, this.#field);
    }
    const boundary = boundaryOf(contentType);
    if (boundary) text = this.#multipart(text, boundary);
    text = this.#json(text);
    // In which much looks like a query: `a?key=b:c`.
    return /^(text|application)\/(x-)?(java|ecma)script|^text\/css/i.test(contentType) ? text : this.urls(text);
  }

  /** Arrow functions, for they are callbacks of `replace`. */
  readonly #pair = (all: string, start: string, name: string): string =>
    this.isSecretQuery(decodeName(name)) ? `${start}${name}=${REDACTED}` : all;

  readonly #field = (all: string, start: string, name: string): string =>
    this.isSecretField(decodeName(name)) ? `${start}${name}=${REDACTED}` : all;

  #multipart(text: string, boundary: string): string {
    const parts = text.split(`--${boundary}`).map((part) => {
      const [head] = /^[^]*?\r?\n\r?\n/.exec(part) ?? [""];
      const name = partName.exec(head)?.[1];
      if (name === undefined || !this.isSecretField(name)) return part;
      return head + REDACTED + (/\r?\n$/.exec(part)?.[0] ?? "");
    });
    return parts.join(`--${boundary}`);
  }

  /**
   * The values of secret members, wherever a text has something in the form of JSON: whole documents, lines of them, events,
   * documents cut short. All else stays as it is, to the byte.
   */
  #json(text: string): string {
    const members = /"((?:[^"\\\n]|\\.){1,100})"\s*:\s*/g;
    let result = "";
    let kept = 0;
    for (let member = members.exec(text); member; member = members.exec(text)) {
      if (!this.isSecretField(unescape(member[1]!))) continue;
      const start = members.lastIndex;
      const end = valueEnd(text, start);
      members.lastIndex = end;
      if (end === start || /^(?:null|true|false)$/.test(text.slice(start, end))) continue;
      result += `${text.slice(kept, start)}"${REDACTED}"`;
      kept = end;
    }
    return result + text.slice(kept);
  }
}

/** The field of a part (RFC 7578 §4.2), in whichever place it stands among the parameters. */
const partName =
  /^content-disposition:[^;\r\n]*(?:;[ \t]*(?!name=)[^=;\s"]+=(?:"[^"\r\n]*"|[^;"\r\n]*))*;[ \t]*name="?([^";\r\n]*)/im;

/** Where a value ends that may be cut short. */
function valueEnd(text: string, start: number): number {
  const tokens = /"(?:[^"\\]|\\[^])*"?|[{}[\]:,]|[^\s"{}[\]:,]+/g;
  tokens.lastIndex = start;
  let depth = 0;
  for (let token = tokens.exec(text); token; token = tokens.exec(text)) {
    if (/^[{[]$/.test(token[0])) depth++;
    else if (/^[}\]]$/.test(token[0])) depth--;
    else if (depth === 0 && /^[:,]$/.test(token[0])) return start;
    if (depth < 0) return start;
    if (depth === 0) return tokens.lastIndex;
  }
  return text.length;
}

const hidePair = (_: string, name: string, equals: string): string =>
  equals ? `${name}=${REDACTED}` : name.replace(/\S.*/s, REDACTED);

function unescape(name: string): string {
  try {
    return String(JSON.parse(`"${name}"`));
  } catch {
    return name;
  }
}

function decodeName(name: string): string {
  return new URLSearchParams(`${name}=`).keys().next().value ?? name;
}
