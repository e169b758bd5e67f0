/** Where the Node processes that tests start keep what they have compiled, from one run to the next. */
export const compileCache: string = new URL("../node_modules/.cache/posthaste-tests", import.meta.url).pathname;
