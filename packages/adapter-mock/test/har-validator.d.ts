declare module "har-validator" {
  /** Rejects where the published schema says no. */
  export function har(data: unknown): Promise<unknown>;
}
