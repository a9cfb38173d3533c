-- Editions, the versions of their rules, their waves, and the challenges of governments.

create table intake.editions (
    edition_id text        primary key,
    title_id   text        not null,
    title_en   text        not null,
    purpose    text        not null check (purpose in ('real', 'test')),
    state      text        not null check (state in ('draft', 'open', 'closed')),
    version    integer     not null,
    sha256     bytea       not null,
    created_at timestamptz not null,
    created_by uuid        not null references intake.persons,
    opened_at  timestamptz,
    etag       bigint      not null default 1
);

-- The definition is text, not jsonb: its hash is over these very bytes.
create table intake.edition_versions (
    edition_id text        not null references intake.editions,
    version    integer     not null check (version > 0),
    definition text        not null,
    sha256     bytea       not null,
    applied_at timestamptz not null,
    applied_by uuid        not null references intake.persons,
    primary key (edition_id, version)
);

create table intake.waves (
    edition_id               text        not null references intake.editions,
    wave_id                  text        not null,
    submissions_open_at      timestamptz not null,
    submissions_close_at     timestamptz not null,
    submissions_whole_second boolean     not null,
    closed_at                timestamptz,
    accepted_count           integer,
    root_hash                bytea,
    primary key (edition_id, wave_id),
    check ((closed_at is null) = (accepted_count is null) and (closed_at is null) = (root_hash is null))
);

-- The waves that are still to be closed.
create index waves_by_deadline on intake.waves (submissions_close_at) where closed_at is null;

create table intake.challenges (
    challenge_id   uuid        primary key,
    edition_id     text        not null references intake.editions,
    region_code    text        not null,
    issue_id       text        not null,
    title_id       text        not null,
    title_en       text        not null,
    description_id text        not null,
    description_en text        not null,
    offer_id       text        not null,
    offer_en       text        not null,
    capacity       integer     not null check (capacity > 0),
    state          text        not null check (state in ('draft', 'published', 'withdrawn')),
    published_at   timestamptz,
    created_at     timestamptz not null,
    created_by     uuid        not null references intake.persons,
    etag           bigint      not null default 1,
    check (state <> 'published' or published_at is not null)
);

-- Keyset of the published list, in order of publication.
create index challenges_published on intake.challenges (edition_id, published_at, challenge_id) where state = 'published';
