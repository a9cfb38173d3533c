-- Webhooks: endpoints outside the cluster, the PUBLIC events kept for them, and every delivery. Forward only.

create table notification.webhook_endpoints (
    endpoint_id     uuid        primary key,
    edition_id      text        not null check (edition_id <> ''),
    -- May hold a token of its owner's: never in logs.
    url             text        not null,
    -- Patterns of subjects.
    subjects        text[]      not null check (cardinality(subjects) between 1 and 20),
    -- 0 is the installation's default.
    max_per_second  integer     not null default 0 check (max_per_second between 0 and 1000),
    -- Null while it is served.
    disabled_reason text        check (disabled_reason in ('by_hand', 'gone', 'failing')),
    -- Since when every attempt has failed, and how many have. Real time, as all times here.
    failing_since   timestamptz,
    failures        integer     not null default 0 check (failures >= 0),
    -- Not served before; it asked for time.
    paused_until    timestamptz,
    -- When its next delivery is due by its rate.
    next_at         timestamptz,
    -- When it had its turn last, so that turns go round.
    served_at       timestamptz,
    tested_at       timestamptz,
    -- The secrets that sign, each sealed by AES-256-GCM: nonce and ciphertext.
    key_id          text        not null,
    secret          bytea       not null,
    old_key_id      text,
    old_secret      bytea,
    old_until       timestamptz,
    -- Set while the organisers are still to be told that it was disabled.
    notice_id       uuid,
    created_at      timestamptz not null default clock_timestamp(),
    check ((failing_since is null) = (failures = 0)),
    check ((old_secret is null) = (old_key_id is null) and (old_secret is null) = (old_until is null)),
    check (notice_id is null or disabled_reason in ('gone', 'failing'))
);

-- Who wants an event of an edition; lists.
create index webhook_endpoints_edition on notification.webhook_endpoints (edition_id, endpoint_id);
-- Turns.
create index webhook_endpoints_served  on notification.webhook_endpoints (served_at nulls first)
    where disabled_reason is null;
create index webhook_endpoints_notice  on notification.webhook_endpoints (notice_id) where notice_id is not null;

-- Bodies, once however many endpoints want them. PUBLIC events hold nothing personal.
create table notification.webhook_events (
    event_id   uuid        primary key,
    edition_id text        not null,
    event_type text        not null,
    -- The CloudEvent as it is sent.
    body       text        not null,
    came_at    timestamptz not null default clock_timestamp()
);

-- The end of keeping.
create index webhook_events_came on notification.webhook_events (came_at);

create table notification.webhook_deliveries (
    -- Also the `webhook-id`: the same in every attempt.
    delivery_id  uuid        primary key,
    endpoint_id  uuid        not null references notification.webhook_endpoints on delete cascade,
    event_id     uuid        not null references notification.webhook_events on delete cascade,
    state        text        not null check (state in ('pending', 'sending', 'delivered', 'dead', 'skipped')),
    -- How many attempts were begun, and how many of them failed since it was last put in the queue.
    attempts     integer     not null default 0 check (attempts >= 0),
    failed       integer     not null default 0 check (failed >= 0),
    -- Of the last attempt.
    status_code  integer,
    reason       text,
    -- The claim.
    fence        bigint,
    lease_until  timestamptz,
    not_before   timestamptz not null default clock_timestamp(),
    -- W3C trace context of the event.
    traceparent  text,
    created_at   timestamptz not null default clock_timestamp(),
    delivered_at timestamptz,
    -- One delivery an event and endpoint, however often the event comes.
    unique (event_id, endpoint_id),
    check ((state = 'sending') = (lease_until is not null)),
    check (state <> 'sending' or fence is not null),
    check (state <> 'delivered' or delivered_at is not null)
)
with (fillfactor = 80);

-- The queue of each endpoint.
create index webhook_deliveries_due     on notification.webhook_deliveries (endpoint_id, not_before)
    where state = 'pending';
-- What each endpoint is being brought, and whose lease ran out.
create index webhook_deliveries_sending on notification.webhook_deliveries (endpoint_id, lease_until)
    where state = 'sending';
-- Lists, newest first (ids sort by time).
create index webhook_deliveries_list    on notification.webhook_deliveries (endpoint_id, delivery_id);

create table notification.webhook_attempts (
    delivery_id uuid        not null references notification.webhook_deliveries on delete cascade,
    number      integer     not null check (number >= 1),
    began_at    timestamptz not null,
    ended_at    timestamptz not null,
    status_code integer,
    -- `answered`, or why there was no answer.
    outcome     text        not null,
    primary key (delivery_id, number)
);
