/** The version of Python's requests whose behaviour this is. */
export const __version__: string = "2.34.2";
/** The name of Python's package. */
export const __title__: string = "requests";
/** What this package is. */
export const __description__: string = "The API of Python's requests, for TypeScript.";
/** Where the API is documented. */
export const __url__: string = "https://requests.readthedocs.io";
/** The licence of this package, as an SPDX identifier. */
export const __license__: string = "MIT";
/** As in Python. */
export const __cake__: string = "✨ 🍰 ✨";
/** The version as one number. */
export const __build__: number = 0x023402;
