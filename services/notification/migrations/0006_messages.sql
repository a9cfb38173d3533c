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

-- Who was reached by no channel, by event and recipient.
create index messages_unreached on notification.messages (edition_id, event_id, recipient_id, template)
    where state not in ('sent', 'delivered');
