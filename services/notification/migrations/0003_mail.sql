-- E-mail: where messages went, what came back, who wants no more, and how the relays fare. Forward only.

-- The address that a mail was last written to, as a keyed hash: what comes back is about this address,
-- whatever it says itself.
create table notification.mail_addresses (
    message_id   uuid  primary key references notification.messages on delete cascade,
    -- HMAC-SHA-256 of the normalised address, as in suppressions.
    address_hash bytea not null check (octet_length(address_hash) = 32)
);
-- The mails of one address, newest first (ids sort by time).
create index mail_addresses_hash on notification.mail_addresses (address_hash, message_id);

-- What came back over return paths. Codes only; nothing of the text is kept.
create table notification.bounces (
    bounce_id  uuid        primary key,
    message_id uuid        not null references notification.messages on delete cascade,
    kind       text        not null check (kind in (
        'hard', 'soft', 'delayed', 'delivered', 'relayed', 'complaint')),
    -- The report's status (RFC 3463).
    status     text        check (length(status) <= 11),
    -- Real time.
    heard_at   timestamptz not null default clock_timestamp(),
    -- Whether the message has heard of it; it has not while it was in a sender's hands.
    applied    boolean     not null
);
create index bounces_message on notification.bounces (message_id);
create index bounces_waiting on notification.bounces (message_id) where not applied;

-- Who wants no more messages of a kind.
create table notification.opt_outs (
    person_id  uuid        not null,
    -- Empty for what belongs to no edition.
    edition_id text        not null,
    -- The template's id.
    purpose    text        not null,
    way        text        not null check (way in ('link', 'mail')),
    -- Real time.
    since      timestamptz not null default clock_timestamp(),
    primary key (person_id, edition_id, purpose)
);

-- Relays that did not answer, for all copies of this service. Real time.
create table notification.relays_down (
    route    text        primary key,
    -- Not tried before.
    retry_at timestamptz not null
);

-- When the next message may be offered to a relay or gateway that has a limit; all copies take from here.
create table notification.paces (
    route     text        primary key,
    -- Real time.
    next_slot timestamptz not null
);

-- How many connections each copy may have, where all together have a limit.
create table notification.connection_shares (
    holder      uuid        primary key,
    connections integer     not null check (connections >= 0),
    -- Without renewal they are free again then. Real time.
    until       timestamptz not null
);
