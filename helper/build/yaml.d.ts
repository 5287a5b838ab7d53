/** The bundler (bundle.mjs) makes a string of the text of a template that is imported. */
declare module '*.yaml' {
  const text: string;
  export default text;
}
