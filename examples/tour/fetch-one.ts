import requests from "@posthaste/compat-requests";

/** Gets a URL and prints status, headers and the start of the body. */
export async function fetchOne(url: string): Promise<boolean> {
  try {
    const r = await requests.get(url, { timeout: 30 });
    console.log(`${r.status_code} ${r.reason}  ${r.url}`);
    for (const response of r.history) console.log(`  by way of ${response.status_code} ${response.url}`);
    console.log();
    for (const [name, value] of r.headers.items()) console.log(`${name}: ${value}`);
    console.log(`\n${r.text.slice(0, 500)}${r.text.length > 500 ? "…" : ""}`);
    return r.ok;
  } catch (error) {
    if (!(error instanceof requests.exceptions.RequestException)) throw error;
    console.error(`${error.constructor.name}: ${error.message}`);
    return false;
  }
}
