// An endpoint as an outsider writes it in JavaScript: verified by Standard Webhooks' own library. Prints a line for what it
// took, and answers 400 to what it does not believe.
//
//     node endpoint.mjs PORT SECRET_FILE

import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const [port, secretFile] = process.argv.slice(2);

const server = createServer((request, response) => {
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const body = Buffer.concat(parts).toString("utf8");
    let told;
    try {
      const event = new Webhook(readFileSync(secretFile, "utf8")).verify(body, request.headers);
      told = { id: event.id, type: event.type, data: event.data };
    } catch (error) {
      told = { refused: [String(error)] };
    }
    console.log(JSON.stringify(told));
    response.writeHead(told.refused ? 400 : 204).end();
  });
});
server.listen(Number(port), "127.0.0.1", () => console.log("ready"));
