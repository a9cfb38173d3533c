-- What organisers do with messages: stop a mass mail, in steps that can be resumed. Forward only.

alter table notification.messages
    -- An organiser wants no further attempt. What is past the point of no return ends as it ends; it is
    -- not tried again.
    add column stopped boolean not null default false;

-- How far a request to stop the messages of an event has come, until it is answered.
create table notification.stops (
    caller        text   not null,
    request_id    text   not null,
    edition_id    text   not null,
    event_id      uuid   not null,
    -- Empty for every channel.
    channel       text   not null,
    -- Messages up to this one are done.
    done_up_to    uuid   not null,
    stopped_count bigint not null check (stopped_count >= 0),
    primary key (caller, request_id, edition_id, event_id, channel)
);

-- What providers and returned mails say of messages, first by the name that they give it: a receipt may
-- come before the answer that it belongs to is committed, twice, out of order, or for nothing of ours.
-- Those that wait are bounded in number and age; of one message each kind is kept once.
create table notification.receipts (
    channel        text        not null check (channel in ('email', 'sms')),
    named_by       text        not null check (named_by in ('message', 'provider')),
    -- Our message's id, or the provider's.
    name           text        not null check (length(name) between 1 and 200),
    kind           text        not null check (kind in ('accepted', 'delivered', 'lost')),
    -- Why it was lost, as a code; empty otherwise.
    reason         text        not null,
    -- What it was about, once that is known.
    message_id     uuid        references notification.messages on delete cascade,
    -- Its message is not known, or still in a sender's hands.
    waiting        boolean     not null,
    times          integer     not null default 1 check (times >= 1),
    -- Real time.
    first_heard_at timestamptz not null default clock_timestamp(),
    last_heard_at  timestamptz not null default clock_timestamp(),
    primary key (channel, named_by, name, kind, reason)
);
-- Those that wait, newest last: looked at again, and forgotten when they are too many or too old.
create index receipts_waiting on notification.receipts (last_heard_at) where waiting;
-- The receipts of a message.
create index receipts_message on notification.receipts (message_id) where message_id is not null;

-- Who was reached by no channel, by event and recipient.
create index messages_unreached on notification.messages (edition_id, event_id, recipient_id, template)
    where state not in ('sent', 'delivered');
