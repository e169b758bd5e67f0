/** The version of Python's requests whose behaviour this is. */
export const __version__: string = "2.34.2";
export const __title__: string = "requests";
export const __description__: string = "The API of Python's requests, for TypeScript.";
export const __build__: number = 0x023402;
