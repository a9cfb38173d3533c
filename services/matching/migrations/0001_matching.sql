-- What matching owns, and its own copies of what the others said.
-- Copies carry the producer's ids; texts are blinded and go when a person is erased.

create table matching.editions (
    edition_id               text    primary key,
    version                  integer not null,
    sha256                   text    not null,
    proposals_per_submission integer not null,
    answer_window_seconds    bigint  not null
);

create table matching.round_rules (
    edition_id      text    not null,
    round_id        text    not null,
    min_reviews     integer not null,
    max_load        integer not null,
    edition_version integer not null,
    planned         boolean not null default false,
    closed          boolean not null default false,
    primary key (edition_id, round_id)
);

create table matching.waves (
    edition_id     text    not null,
    wave_id        text    not null,
    accepted_count integer not null,
    root_hash      text    not null,
    primary key (edition_id, wave_id)
);

create table matching.challenges (
    challenge_id uuid    primary key,
    edition_id   text    not null,
    region_code  text    not null,
    issue_id     text    not null,
    capacity     integer not null,
    body         text    not null
);
create index challenges_by_edition on matching.challenges (edition_id, challenge_id);

create table matching.submissions (
    submission_id   uuid    primary key,
    edition_id      text    not null,
    version         integer not null,
    wave_id         text    not null,
    region_code     text    not null,
    issue_id        text    not null,
    organisation_id uuid    not null,
    member_ids      uuid[]  not null,
    chosen_ids      uuid[]  not null,
    body            text    not null,
    standing        text    not null
        check (standing in ('submitted', 'eligible', 'ineligible', 'needs_correction', 'withdrawn'))
);
create index submissions_by_edition on matching.submissions (edition_id, submission_id);

-- Offices of judges and memberships of organisations, by person id; nothing personal.
create table matching.memberships (
    membership_id   uuid primary key,
    office          text not null,
    edition_id      text,
    organisation_id uuid,
    person_id       uuid not null,
    active          boolean not null
);
create index memberships_by_person on matching.memberships (person_id) where active;

create table matching.links (
    link_id         uuid primary key,
    person_id       uuid not null,
    other_person_id uuid,
    organisation_id uuid,
    kind            text not null,
    active          boolean not null
);

create table matching.judges (
    edition_id   text    not null,
    person_id    uuid    not null,
    issue_ids    text[]  not null default '{}',
    region_codes text[]  not null default '{}',
    quota        integer not null default 0,
    active       boolean not null default false,
    revision     bigint  not null default 1,
    primary key (edition_id, person_id)
);

create table matching.conflicts (
    conflict_id     uuid        primary key,
    edition_id      text        not null,
    judge_id        uuid        not null,
    submission_id   uuid,
    organisation_id uuid,
    kind            text        not null,
    declared_at     timestamptz not null,
    check ((submission_id is null) <> (organisation_id is null)),
    unique nulls not distinct (edition_id, judge_id, submission_id, organisation_id)
);
create index conflicts_by_edition on matching.conflicts (edition_id, conflict_id);

create table matching.matches (
    match_id      uuid        primary key,
    edition_id    text        not null,
    submission_id uuid        not null,
    challenge_id  uuid        not null,
    region_code   text        not null,
    score_micro   bigint      not null,
    reasons       jsonb       not null,
    state         text        not null
        check (state in ('proposed', 'accepted', 'declined', 'lapsed', 'confirmed')),
    answer_by     timestamptz not null,
    proposed_at   timestamptz not null,
    unique (edition_id, submission_id, challenge_id)
);
create index matches_by_edition on matching.matches (edition_id, match_id);

create table matching.panels (
    edition_id        text        not null,
    round_id          text        not null,
    state             text        not null check (state in ('planned', 'confirmed')),
    version           integer     not null,
    manifest_hash     text        not null,
    root_hash         text        not null,
    total_score_micro bigint      not null,
    shortfalls        jsonb       not null,
    seed              bigint      not null,
    edition_version   integer     not null,
    planned_at        timestamptz not null,
    primary key (edition_id, round_id)
);

create table matching.panel_assignments (
    edition_id         text    not null,
    round_id           text    not null,
    submission_id      uuid    not null,
    judge_id           uuid    not null,
    submission_version integer not null,
    score_micro        bigint  not null,
    kind               text    not null check (kind in ('regular', 'calibration')),
    primary key (edition_id, round_id, submission_id, judge_id),
    foreign key (edition_id, round_id) references matching.panels (edition_id, round_id)
);
create index panel_assignments_by_judge
    on matching.panel_assignments (edition_id, judge_id);
