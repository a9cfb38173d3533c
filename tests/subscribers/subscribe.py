"""Prints the events that a winner installation shows an outsider, one a line. Needs `pip install nats-py`.
NATS_URL, NATS_USER, NATS_PASSWORD, ACCOUNT, STREAM and DURABLE: as the operator gave them."""
import asyncio
from os import environ as given
from urllib.parse import unquote

import nats


async def main():
    login = {"user": given["NATS_USER"], "password": given["NATS_PASSWORD"]}
    inbox = f"_INBOX_{given['NATS_USER']}".encode()
    client = await nats.connect(given["NATS_URL"], **login, inbox_prefix=inbox, max_reconnect_attempts=-1)
    jetstream = client.jetstream(prefix=f"JS.{given['ACCOUNT']}.API")
    consumer = await jetstream.pull_subscribe_bind(durable=given["DURABLE"], stream=given["STREAM"])
    seen = set()  # a program that keeps what it reads keeps the ids with it
    while True:
        try:
            messages = await consumer.fetch(100, timeout=5)
        except (nats.errors.Error, asyncio.TimeoutError):  # nothing new, or no server: the client reconnects
            await asyncio.sleep(0.2)
            continue
        for message in messages:
            event = {name: unquote(value) for name, value in message.headers.items()}
            if event["ce-id"] not in seen:
                print(event["ce-type"], event["ce-subject"], message.data.decode(), flush=True)
                seen.add(event["ce-id"])
            await message.ack()

asyncio.run(main())
