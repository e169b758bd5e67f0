import type { Route } from "./router.ts";
import { createAuthRoutes } from "./routes-auth.ts";
import { bytesRoutes } from "./routes-bytes.ts";
import { cacheRoutes } from "./routes-cache.ts";
import { contentRoutes } from "./routes-content.ts";
import { cookieRoutes } from "./routes-cookies.ts";
import { echoRoutes } from "./routes-echo.ts";
import { encodingRoutes } from "./routes-encoding.ts";
import { redirectRoutes } from "./routes-redirect.ts";
import { statusRoutes } from "./routes-status.ts";

/** Every route of a server. */
export function createRoutes(): Route[] {
  return [
    ...echoRoutes,
    ...statusRoutes,
    ...redirectRoutes,
    ...cookieRoutes,
    ...createAuthRoutes(),
    ...encodingRoutes,
    ...bytesRoutes,
    ...cacheRoutes,
    ...contentRoutes,
  ];
}
