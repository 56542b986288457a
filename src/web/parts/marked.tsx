/**
 * What is said of a query: parts of it stand between backquotes in words, and as code on the page.
 */
export function Marked(props: { text: string }) {
  return (
    <>
      {props.text
        .split("`")
        .map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}
    </>
  );
}
