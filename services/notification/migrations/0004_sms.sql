-- SMS: what went to which number lately, what a day cost, and receipts. Forward only.

-- Every SMS that passed its point of no return, by the token of its claim; for the caps. Kept a day.
create table notification.sms_uses (
    fence       bigint      primary key,
    -- HMAC-SHA-256 of the number in E.164, as in suppressions.
    number_hash bytea       not null check (octet_length(number_hash) = 32),
    rupiah      bigint      not null check (rupiah >= 0),
    -- The day, by Jakarta's clock, whose money it was.
    day         date        not null,
    -- Real time.
    at          timestamptz not null default clock_timestamp()
);
-- What a number got lately.
create index sms_uses_number on notification.sms_uses (number_hash, at);
-- What may be forgotten.
create index sms_uses_at on notification.sms_uses (at);

-- What the SMS of a day cost, by Jakarta's clock.
create table notification.sms_days (
    day    date   primary key,
    rupiah bigint not null check (rupiah >= 0)
);

-- What providers say became of messages. A receipt may come before the answer to its message, twice, or
-- about nothing we know; it is kept first and joined to its message later.
create table notification.receipts (
    receipt_id  uuid        primary key,
    channel     text        not null check (channel in ('email', 'sms')),
    -- The relay or gateway, by its name in the configuration.
    route       text        not null,
    -- The provider's own id of the message.
    provider_id text        check (length(provider_id) <= 200),
    -- Or ours, and of which attempt. Whoever calls may have made it up.
    message_id  uuid,
    attempt     integer,
    -- The provider's word for it.
    said        text        not null check (length(said) <= 64),
    -- What it means.
    meaning     text        not null check (meaning in ('accepted', 'delivered', 'lost', 'no_subscriber')),
    -- Real time, also below.
    heard_at    timestamptz not null default clock_timestamp(),
    -- When its message heard of it, or had no more use for it.
    settled_at  timestamptz,
    -- When it is next held against the messages there are, and how often it was.
    look_at     timestamptz not null default clock_timestamp(),
    looks       integer     not null default 0,
    check (provider_id is not null or message_id is not null),
    check ((message_id is null) = (attempt is null)),
    -- The same again is the same.
    unique nulls not distinct (channel, route, provider_id, message_id, attempt, meaning)
);
-- Those that wait for their message.
create index receipts_waiting on notification.receipts (look_at) where settled_at is null;
-- Those that may be forgotten.
create index receipts_heard on notification.receipts (heard_at);
