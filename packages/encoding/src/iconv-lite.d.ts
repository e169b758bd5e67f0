/** Its data files have no types of their own. */
declare module "iconv-lite/encodings/*.js" {
  const data: Readonly<Record<string, string | { readonly chars?: string }>>;
  export default data;
}
