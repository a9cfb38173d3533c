// Prints the events that a winner installation shows an outsider, one a line.
// Needs `npm install @nats-io/transport-node @nats-io/jetstream`.
// NATS_URL, NATS_USER, NATS_PASSWORD, ACCOUNT, STREAM and DURABLE: as the operator gave them.
import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";

const given = process.env;
const client = await connect({
  servers: given.NATS_URL,
  user: given.NATS_USER,
  pass: given.NATS_PASSWORD,
  inboxPrefix: `_INBOX_${given.NATS_USER}`,
  maxReconnectAttempts: -1,
});
const lent = jetstream(client, { apiPrefix: `JS.${given.ACCOUNT}.API` });
const consumer = await lent.consumers.get(given.STREAM, given.DURABLE);
const seen = new Set(); // a program that keeps what it reads keeps the ids with it

// Asks again by itself when the server was away.
for await (const message of await consumer.consume({ max_messages: 100, expires: 5000 })) {
  const header = (name) => decodeURIComponent(message.headers.get(name));
  if (!seen.has(header("ce-id"))) {
    console.log(header("ce-type"), header("ce-subject"), message.string());
    seen.add(header("ce-id"));
  }
  message.ack();
}
