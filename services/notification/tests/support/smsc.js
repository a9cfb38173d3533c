// An SMSC for Kannel to bind to: takes every SMS, says which as a line of JSON, and tells that it arrived.
//   node smsc.js [delivered|undelivered|silent]
const smpp = require("smpp");

const says = process.argv[2] || "delivered";
let taken = 0;

const server = smpp.createServer({}, (session) => {
  session.on("error", () => {});
  for (const bind of ["bind_transceiver", "bind_transmitter", "bind_receiver"]) {
    session.on(bind, (pdu) => session.send(pdu.response()));
  }
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => session.send(pdu.response()));
  session.on("submit_sm", (pdu) => {
    const id = String(++taken);
    session.send(pdu.response({ message_id: id }));
    const message = pdu.short_message.message ?? pdu.short_message;
    console.log(JSON.stringify({ to: pdu.destination_addr, from: pdu.source_addr, text: String(message), coding: pdu.data_coding }));
    if (says === "silent" || !pdu.registered_delivery) return;
    const stat = says === "delivered" ? "DELIVRD" : "UNDELIV";
    session.deliver_sm({
      source_addr: pdu.destination_addr,
      destination_addr: pdu.source_addr,
      esm_class: 4,
      receipted_message_id: id,
      message_state: says === "delivered" ? 2 : 5,
      short_message: `id:${id} sub:001 dlvrd:001 submit date:2611240000 done date:2611240000 stat:${stat} err:000 text:`,
    });
  });
});

server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
