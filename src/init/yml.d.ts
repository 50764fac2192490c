/** A text that is written into repositories: it stands in a file of its own, as what it is. */
declare module '*.yml' {
  const text: string;
  export default text;
}
