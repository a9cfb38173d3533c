-- What notification keeps: its part of every edition's rules, and messages with their attempts.
-- Nothing here is personal but an edition's rehearsal address; contacts are asked for when a
-- message is sent. Forward only.

-- This service's part of an edition's rules, by the version last applied.
create table notification.editions (
    edition_id    text    primary key,
    version       integer not null check (version >= 1),
    title         jsonb   not null,
    -- What its rounds are called, by id.
    rounds        jsonb   not null,
    -- Marks made-up data; empty for real editions.
    data_notice   text    not null,
    delivery_mode text    not null check (delivery_mode in ('hold', 'redirect', 'live')),
    -- The address of rehearsals; empty unless redirected.
    redirect_to   text    not null,
    -- A rehearsal writes to no real person.
    test          boolean not null,
    check (delivery_mode <> 'redirect' or redirect_to <> '')
);

-- Tokens of claims: every claim has a higher one than all before.
create sequence notification.fences;

create table notification.messages (
    message_id      uuid        primary key,
    -- Empty for what belongs to no edition.
    edition_id      text        not null,
    -- The event that caused it.
    event_id        uuid        not null,
    recipient_kind  text        not null check (recipient_kind in ('person', 'membership')),
    recipient_id    uuid        not null,
    channel         text        not null check (channel in ('email')),
    template        text        not null,
    -- What the template is given: ids, codes and times, never a name or an address.
    notice          jsonb       not null,
    state           text        not null check (state in (
        'held', 'queued', 'sending', 'unknown', 'sent', 'failed', 'suppressed', 'cancelled', 'expired')),
    reason          text,
    -- How many attempts were begun.
    attempt         integer     not null default 0 check (attempt >= 0),
    -- The claim of a message in state sending or unknown. Leases are real time, by this clock alone.
    fence           bigint,
    phase           text        check (phase in ('claimed', 'committing')),
    lease_until     timestamptz,
    -- Queued messages wait until then; real time.
    not_before      timestamptz not null default clock_timestamp(),
    -- Nobody has use for it after this; business time.
    useful_until    timestamptz,
    -- W3C trace context of the event that caused it.
    traceparent     text,
    -- Business time.
    created_at      timestamptz not null,
    sent_at         timestamptz,
    -- One message per event, recipient, channel and purpose, however often the event comes.
    unique (event_id, recipient_id, channel, template),
    check ((state = 'sending') = (lease_until is not null)),
    check (state <> 'sending' or (fence is not null and phase is not null)),
    check (state <> 'unknown' or fence is not null)
)
with (fillfactor = 80);

-- The sender's queue.
create index messages_queued  on notification.messages (not_before) where state = 'queued';
-- The reaper's.
create index messages_leased  on notification.messages (lease_until) where state = 'sending';
-- Lists of an edition, oldest first (ids sort by time).
create index messages_edition on notification.messages (edition_id, message_id);
-- Those that an organiser must look at, and those that a change of mode releases.
create index messages_waiting on notification.messages (edition_id, state, message_id)
    where state in ('held', 'unknown', 'failed', 'suppressed');

create table notification.message_attempts (
    message_id  uuid        not null references notification.messages,
    number      integer     not null check (number >= 1),
    fence       bigint      not null,
    -- How far it got.
    phase       text        not null check (phase in ('claimed', 'before_commit', 'committing', 'answered')),
    -- The next server's status code, where one came.
    status_code integer,
    reason      text,
    -- Real time.
    began_at    timestamptz not null default clock_timestamp(),
    ended_at    timestamptz,
    primary key (message_id, number)
);
