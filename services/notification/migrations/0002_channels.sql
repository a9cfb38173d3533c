-- A second channel, receipts, and the proof of each attempt. Forward only; what the release before
-- writes still fits.

alter table notification.messages
    drop constraint messages_channel_check,
    add  constraint messages_channel_check check (channel in ('email', 'sms')),
    drop constraint messages_state_check,
    add  constraint messages_state_check check (state in (
        'held', 'queued', 'sending', 'unknown', 'sent', 'delivered', 'bounced', 'failed', 'suppressed',
        'cancelled', 'expired')),
    -- The provider's own id, by which receipts name the message.
    add  column provider_id  text,
    -- SHA-256 of what was last rendered and offered.
    add  column content_hash bytea check (octet_length(content_hash) = 32),
    -- Business time; by a receipt.
    add  column delivered_at timestamptz;

-- Each channel has a sender of its own, and so a queue of its own.
create index messages_due on notification.messages (channel, not_before) where state = 'queued';
drop index notification.messages_queued;
-- Receipts find their message.
create index messages_provider on notification.messages (channel, provider_id) where provider_id is not null;
-- Unknowns wait for their policy.
create index messages_unknown on notification.messages (message_id) where state = 'unknown';
-- Those that an organiser must look at, now with those that came back.
create index messages_look_at on notification.messages (edition_id, state, message_id)
    where state in ('held', 'unknown', 'failed', 'suppressed', 'bounced');
drop index notification.messages_waiting;

alter table notification.message_attempts
    -- The relay or gateway, by its name in the configuration.
    add column route        text,
    -- The next server's words, without addresses and numbers.
    add column answer       text check (length(answer) <= 200),
    add column content_hash bytea check (octet_length(content_hash) = 32);

-- Addresses and numbers that nothing is sent to, as keyed hashes: nobody can read them out of here.
create table notification.suppressions (
    channel      text        not null check (channel in ('email', 'sms')),
    -- HMAC-SHA-256 of the normalised address.
    address_hash bytea       not null check (octet_length(address_hash) = 32),
    reason       text        not null,
    -- Real time.
    since        timestamptz not null default clock_timestamp(),
    -- The message that brought it about, where one did.
    message_id   uuid,
    primary key (channel, address_hash)
);
