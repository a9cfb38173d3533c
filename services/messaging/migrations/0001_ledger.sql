-- The tables behind the delivery guarantees, once per service: unqualified on purpose, the schema
-- is the first of the session's search_path. Forward only.

-- One row: the epoch every new event of this service belongs to. Restoring a backup raises it.
create table ledger_epoch (
    only_row boolean primary key default true check (only_row),
    epoch    integer not null check (epoch >= 1)
);

insert into ledger_epoch (epoch) values (1);

-- The event counter of each aggregate, contiguous from 1 within an epoch. Appending locks the row,
-- which is what makes the order of an aggregate's events the order of its commits.
create table aggregates (
    aggregate_type text    not null,
    aggregate_id   text    not null,
    epoch          integer not null,
    count          bigint  not null check (count >= 0),
    primary key (aggregate_type, aggregate_id)
);

-- Events that are true and not yet acknowledged by the broker. Stays small: the relay moves rows
-- to `published`.
create table outbox (
    position       bigint generated always as identity primary key,
    id             uuid        not null unique,
    aggregate_type text        not null,
    aggregate_id   text        not null,
    epoch          integer     not null,
    count          bigint      not null,
    name           text        not null,
    version        integer     not null,
    visibility     text        not null check (visibility in ('public', 'internal')),
    edition        text,
    business_time  timestamptz not null,
    correlation    text        not null,
    causation      text,
    traceparent    text,
    tracestate     text,
    payload        bytea       not null check (octet_length(payload) <= 65536),
    -- Real time: how long the row has waited is what the alarm on the outbox's age reads.
    written_at     timestamptz not null default clock_timestamp(),
    -- A row that failed by itself blocks its own aggregate, and no other, until then.
    failures       integer     not null default 0,
    failure        text,
    blocked_until  timestamptz,
    unique (aggregate_type, aggregate_id, epoch, count)
)
with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, fillfactor = 90);

create index outbox_blocked on outbox (aggregate_type, aggregate_id, blocked_until)
    where blocked_until is not null;

-- The ledger: every event the broker acknowledged, and where it was put.
create table published (
    id              uuid        primary key,
    aggregate_type  text        not null,
    aggregate_id    text        not null,
    epoch           integer     not null,
    count           bigint      not null,
    name            text        not null,
    version         integer     not null,
    visibility      text        not null check (visibility in ('public', 'internal')),
    edition         text,
    business_time   timestamptz not null,
    correlation     text        not null,
    causation       text,
    traceparent     text,
    tracestate      text,
    payload         bytea       not null,
    written_at      timestamptz not null,
    published_at    timestamptz not null default clock_timestamp(),
    stream          text        not null,
    stream_created  timestamptz not null,
    stream_sequence bigint      not null,
    unique (aggregate_type, aggregate_id, epoch, count)
);

create index published_edition on published (edition, published_at) where edition is not null;
create index published_stream on published (stream, stream_sequence);

-- What each consumer has applied of each aggregate. Locked in the transaction of the effects.
create table inbox (
    consumer       text    not null,
    aggregate_type text    not null,
    aggregate_id   text    not null,
    epoch          integer not null,
    count          bigint  not null,
    -- A dead letter is open: later events of the aggregate wait in `held_events`.
    parked         boolean not null default false,
    primary key (consumer, aggregate_type, aggregate_id)
)
with (fillfactor = 80);

create index inbox_parked on inbox (consumer) where parked;

-- Failures of an event itself, counted here because the broker's count also counts crashes.
create table attempts (
    consumer text        not null,
    event_id uuid        not null,
    failures integer     not null,
    code     text        not null,
    last_at  timestamptz not null default clock_timestamp(),
    primary key (consumer, event_id)
);

-- Events that failed for their own sake, waiting for a person.
create table dead_letters (
    id             uuid        primary key,
    consumer       text        not null,
    event_id       uuid,
    aggregate_type text,
    aggregate_id   text,
    epoch          integer,
    count          bigint,
    subject        text        not null,
    headers        jsonb       not null,
    payload        bytea       not null,
    cause          text        not null,
    -- open: waiting; replay, skip: asked for by an operator; applied, skipped: settled.
    state          text        not null default 'open'
        check (state in ('open', 'replay', 'skip', 'applied', 'skipped')),
    died_at        timestamptz not null default clock_timestamp(),
    settled_at     timestamptz
);

create unique index dead_letters_event on dead_letters (consumer, event_id)
    where state in ('open', 'replay', 'skip');
create index dead_letters_asked on dead_letters (consumer, died_at)
    where state in ('replay', 'skip');
create index dead_letters_parking on dead_letters (consumer, aggregate_type, aggregate_id)
    where state in ('open', 'replay', 'skip');

-- Events that came behind a dead letter of the same aggregate, in order of their counters.
create table held_events (
    consumer       text        not null,
    aggregate_type text        not null,
    aggregate_id   text        not null,
    epoch          integer     not null,
    count          bigint      not null,
    event_id       uuid        not null,
    subject        text        not null,
    headers        jsonb       not null,
    payload        bytea       not null,
    held_at        timestamptz not null default clock_timestamp(),
    primary key (consumer, aggregate_type, aggregate_id, epoch, count)
);

-- Requests that succeeded: a retry with the same id gets the same answer.
create table requests (
    caller     text        not null,
    method     text        not null,
    request_id text        not null,
    body_hash  bytea       not null check (octet_length(body_hash) = 32),
    response   bytea,
    claimed_at timestamptz not null default clock_timestamp(),
    primary key (caller, method, request_id)
);
