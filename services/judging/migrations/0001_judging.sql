-- What judging owns, and its own copies of rubrics and panels.

-- The rounds of the editions' rules, as intake applied them.
create table judging.round_rules (
    edition_id               text    not null,
    round_id                 text    not null,
    edition_version          integer not null,
    definition               jsonb   not null,
    objection_window_seconds bigint  not null,
    primary key (edition_id, round_id)
);

-- A round's rules are frozen when it is planned.
create table judging.rounds (
    edition_id               text        not null,
    round_id                 text        not null,
    state                    text        not null check (state in ('planned', 'open', 'closed')),
    edition_version          integer     not null,
    definition               jsonb       not null,
    objection_window_seconds bigint      not null,
    seed                     bigint      not null,
    manifest_hash            text,
    revision                 bigint      not null default 1,
    created_at               timestamptz not null,
    primary key (edition_id, round_id)
);

-- Matching's panel as this service knows it.
create table judging.panels (
    edition_id    text    not null,
    round_id      text    not null,
    version       integer not null,
    manifest_hash text    not null,
    primary key (edition_id, round_id)
);

-- A judge's duty to score one entry. The entry id is made for this judge and round alone.
create table judging.assignments (
    assignment_id      uuid        primary key,
    entry_id           uuid        not null unique,
    edition_id         text        not null,
    round_id           text        not null,
    submission_id      uuid        not null,
    submission_version integer     not null,
    judge_id           uuid        not null,
    calibration        boolean     not null,
    state              text        not null
        check (state in ('assigned', 'accepted', 'scored', 'recused', 'removed')),
    recusal_reason     text,
    assigned_at        timestamptz not null
);
-- One live assignment a pair. One that ended stays beside a later one: it is never lived again.
create unique index assignments_live on judging.assignments
    (edition_id, round_id, submission_id, judge_id)
    where state in ('assigned', 'accepted', 'scored');
create index assignments_queue on judging.assignments (edition_id, round_id, judge_id, entry_id);

-- Append-only: a correction is a further version.
create table judging.scorecards (
    assignment_id uuid        not null references judging.assignments,
    version       integer     not null,
    marks         jsonb       not null,
    comments      jsonb       not null,
    recorded_at   timestamptz not null,
    primary key (assignment_id, version)
);

create table judging.rankings (
    edition_id         text        not null,
    round_id           text        not null,
    version            integer     not null,
    state              text        not null
        check (state in ('computed', 'pending_approval', 'approved', 'published', 'superseded')),
    rows               jsonb       not null,
    inputs_hash        text        not null,
    ranking_hash       text        not null,
    edition_version    integer     not null,
    approvals_required integer     not null,
    computed_at        timestamptz not null,
    primary key (edition_id, round_id, version)
);

create table judging.ranking_approvals (
    edition_id  text        not null,
    round_id    text        not null,
    version     integer     not null,
    person_id   uuid        not null,
    approved_at timestamptz not null,
    primary key (edition_id, round_id, version, person_id),
    foreign key (edition_id, round_id, version) references judging.rankings
);

create table judging.results (
    edition_id       text        not null,
    round_id         text        not null,
    version          integer     not null,
    state            text        not null check (state in ('provisional', 'final', 'superseded')),
    ranking_version  integer     not null,
    objections_until timestamptz not null,
    published_at     timestamptz not null,
    primary key (edition_id, round_id, version),
    foreign key (edition_id, round_id, ranking_version) references judging.rankings
);
