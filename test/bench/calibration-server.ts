/**
 * The yardstick of a run: the least a Node server can do with the same entries, node:http and JSON.parse.
 * Prints its address when it listens.
 */
import { createServer } from "node:http";

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const parsed = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { entries: unknown[] };
    const answer = JSON.stringify({ accepted: parsed.entries.length });
    response.writeHead(200, {
      "Content-Type": "application/json",
      "Content-Length": String(answer.length),
    });
    response.end(answer);
  });
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (address !== null && typeof address === "object")
    console.log(`http://127.0.0.1:${address.port}`);
});
