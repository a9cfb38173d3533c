-- Submissions, their sealed versions, receipts and screenings.

create table intake.submissions (
    submission_id   uuid        primary key,
    edition_id      text        not null,
    organisation_id uuid        not null references intake.organisations,
    wave_id         text        not null,
    region_code     text        not null,
    issue_id        text        not null,
    title           text        not null,
    challenge_ids   uuid[]      not null,
    -- Field id to {"value": ..., "version": "..."}: canonical JSON of winner.types.v1.Answer.
    answers         jsonb       not null,
    state           text        not null check (state in ('draft', 'submitted', 'withdrawn')),
    version         integer     not null default 0,
    outcome         text        check (outcome in ('eligible', 'ineligible', 'needs_correction')),
    created_at      timestamptz not null,
    created_by      uuid        not null references intake.persons,
    etag            bigint      not null default 1,
    foreign key (edition_id, wave_id) references intake.waves
);

-- Keysets: an organisation's list, an edition's list, and who passed screening.
create index submissions_by_organisation on intake.submissions (organisation_id, edition_id, submission_id);
create index submissions_by_edition      on intake.submissions (edition_id, submission_id);
create index submissions_eligible        on intake.submissions (edition_id, submission_id) where outcome = 'eligible';

-- Append-only. Erasure alone may take content and salt away.
create table intake.submission_versions (
    submission_id   uuid        not null references intake.submissions,
    version         integer     not null check (version > 0),
    edition_id      text        not null,
    wave_id         text        not null,
    edition_version integer     not null,
    content         text,
    salt            bytea,
    content_hash    bytea       not null check (length(content_hash) = 32),
    arrived_at      timestamptz not null,
    sealed_by       uuid        not null references intake.persons,
    primary key (submission_id, version),
    foreign key (edition_id, wave_id)         references intake.waves,
    foreign key (edition_id, edition_version) references intake.edition_versions
);

-- Keyset of a wave's sealed list, and what its closing counts.
create index submission_versions_by_wave on intake.submission_versions (edition_id, wave_id, submission_id, version);

create function intake.keep_sealed() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE'
       and new.content is null
       and new.salt is null
       and (new.submission_id, new.version, new.edition_id, new.wave_id, new.edition_version, new.content_hash, new.arrived_at, new.sealed_by)
         = (old.submission_id, old.version, old.edition_id, old.wave_id, old.edition_version, old.content_hash, old.arrived_at, old.sealed_by)
    then
        return new;
    end if;
    raise exception 'a sealed version is never changed';
end
$$;

create trigger submission_versions_are_kept
    before update or delete on intake.submission_versions
    for each row execute function intake.keep_sealed();

-- The count in receipt numbers. A sequence: it does not make one submission wait for another.
create sequence intake.receipt_counts;

create table intake.receipts (
    number        text        primary key,
    submission_id uuid        not null,
    version       integer     not null,
    edition_id    text        not null,
    content_hash  bytea       not null,
    arrived_at    timestamptz not null,
    unique (submission_id, version),
    foreign key (submission_id, version) references intake.submission_versions
);

create table intake.screenings (
    submission_id   uuid        not null,
    version         integer     not null,
    edition_id      text        not null,
    wave_id         text        not null,
    edition_version integer     not null,
    verdict         text        not null check (verdict in ('eligible', 'ineligible', 'needs_correction')),
    findings        jsonb       not null,
    reason          text        not null,
    decided_at      timestamptz not null,
    decided_by      uuid        not null references intake.persons,
    announced_at    timestamptz,
    primary key (submission_id, version),
    foreign key (submission_id, version) references intake.submission_versions
);

-- What is decided and not announced, by wave.
create index screenings_to_announce on intake.screenings (edition_id, wave_id, submission_id) where announced_at is null;
