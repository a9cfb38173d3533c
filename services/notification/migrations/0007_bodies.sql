-- What people were written, for as long as the installation keeps it. Sealed: nobody reads it out of here
-- without a key that is not here. Forward only.

create table notification.bodies (
    message_id uuid        not null,
    -- The attempt that offered it.
    number     integer     not null,
    -- The number of the key that sealed it.
    key_number smallint    not null check (key_number between 1 and 255),
    -- AES-256-GCM: what it was sealed with beside the key, and the body with its tag, bound to message and attempt.
    once       bytea       not null check (octet_length(once) = 12),
    sealed     bytea       not null check (octet_length(sealed) >= 16),
    -- Real time.
    kept_at    timestamptz not null default clock_timestamp(),
    primary key (message_id, number),
    foreign key (message_id, number) references notification.message_attempts (message_id, number) on delete cascade
);
-- What has been kept long enough, oldest first.
create index bodies_kept on notification.bodies (kept_at);
