/** As much of a browser's XMLHttpRequest as the test of a bundle needs, over fetch. */
export class FetchingXMLHttpRequest {
  readyState = 0;
  status = 0;
  statusText = "";
  responseURL = "";
  response: ArrayBuffer | null = null;
  timeout = 0;
  readonly upload: object = {};
  readonly #controller = new AbortController();
  readonly #headers = new Headers();
  #received = new Headers();
  #method = "";
  #url = "";

  open(method: string, url: string): void {
    [this.#method, this.#url] = [method, url];
  }

  setRequestHeader(name: string, value: string): void {
    this.#headers.append(name, value);
  }

  getAllResponseHeaders(): string {
    return Array.from(this.#received, ([name, value]) => `${name}: ${value}\r\n`).join("");
  }

  send(body?: BodyInit): void {
    void this.#exchange(body ?? null);
  }

  abort(): void {
    this.#controller.abort();
  }

  #tell(type: string): void {
    const loaded = this.response?.byteLength ?? 0;
    (this as unknown as Record<string, ((event: object) => void) | undefined>)[`on${type}`]?.({
      type,
      loaded,
      total: 0,
    });
  }

  #become(state: number): void {
    this.readyState = state;
    this.#tell("readystatechange");
  }

  async #exchange(body: BodyInit | null): Promise<void> {
    const { signal } = this.#controller;
    try {
      const response = await fetch(this.#url, { method: this.#method, headers: this.#headers, body, signal });
      this.#received = response.headers;
      [this.status, this.statusText, this.responseURL] = [response.status, response.statusText, response.url];
      this.#become(2);
      this.response = await response.arrayBuffer();
      this.#become(4);
      this.#tell("load");
    } catch {
      this.#become(4);
      this.#tell("error");
    }
    this.#tell("loadend");
  }
}
