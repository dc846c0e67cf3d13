// What a page asks its own server.

/** Nobody answers, or the page is being left, which breaks off what it asks. */
class Unreachable extends Error {}

/** What is answered, as "json" or "text"; null for what is not there. */
export async function ask(url, as, method = "GET") {
  let answer, body;
  try {
    answer = await fetch(url, { method });
    if (answer.ok) body = await answer[as]();
  } catch (cause) {
    // An answer that came, and is no JSON, is a fault of ours.
    throw cause instanceof SyntaxError ? cause : new Unreachable(url, { cause });
  }
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return body;
}

/** Of a server that does not answer the page itself says what there is to say. */
export function complain(error) {
  if (!(error instanceof Unreachable)) console.error(error);
}
