/** The bundler takes a template's text in. */
declare module '*.yaml' {
  const text: string;
  export default text;
}
