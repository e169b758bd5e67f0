export { exportCookies, importCookies, type CookieFormat } from "./cookie-file.ts";
export { sameSiteOf } from "./site.ts";
export { toughJar, type ToughJar, type ToughJarOptions } from "./tough-jar.ts";
