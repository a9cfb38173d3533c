-- People, their logins, organisations, offices and memberships, identity links.
--
-- A person is a random id. Everything personal about one is in `person_details` and `logins`, so that
-- erasure is one update and one delete, and nothing else changes.

create table intake.persons (
    person_id  uuid        primary key,
    created_at timestamptz not null,
    erased_at  timestamptz,
    etag       bigint      not null default 1
);

create table intake.person_details (
    person_id          uuid primary key references intake.persons,
    display_name       text not null default '',
    email              text,
    email_canonical    text,
    phone              text,
    language           text not null default 'id' check (language in ('id', 'en')),
    region_code        text,
    employer           text,
    employer_canonical text
);

-- Serve the search for identity links.
create index person_details_by_email    on intake.person_details (email_canonical)    where email_canonical    is not null;
create index person_details_by_phone    on intake.person_details (phone)              where phone              is not null;
create index person_details_by_employer on intake.person_details (employer_canonical) where employer_canonical is not null;

create table intake.logins (
    issuer     text        not null,
    subject    text        not null,
    person_id  uuid        not null references intake.persons,
    created_at timestamptz not null,
    primary key (issuer, subject)
);

create index logins_by_person on intake.logins (person_id);

create table intake.organisations (
    organisation_id uuid        primary key,
    display_name    text        not null,
    name_canonical  text,
    legal_form      text        not null,
    nib             text,
    region_code     text        not null,
    created_at      timestamptz not null,
    created_by      uuid        not null references intake.persons,
    etag            bigint      not null default 1
);

create index organisations_by_name on intake.organisations (name_canonical) where name_canonical is not null;

create table intake.memberships (
    membership_id uuid        primary key,
    office        text        not null,
    edition_id    text,
    scope         text,
    person_id     uuid        references intake.persons,
    state         text        not null check (state in ('invited', 'granted', 'revoked', 'expired')),
    invited_email text,
    invited_by    uuid        references intake.persons,
    expires_at    timestamptz,
    created_at    timestamptz not null,
    granted_at    timestamptz,
    ended_at      timestamptz,
    check (state <> 'granted' or person_id is not null),
    check (state <> 'invited' or (person_id is null and expires_at is not null and invited_email is not null)),
    check ((office = 'member') = (edition_id is null)),
    check ((office in ('member', 'official')) = (scope is not null))
);

-- A person holds a seat once.
create unique index memberships_held on intake.memberships (person_id, office, edition_id, scope)
    nulls not distinct
    where state = 'granted';
-- Who holds an office of an edition, a government, an organisation.
create index memberships_by_seat on intake.memberships (office, edition_id, scope, person_id) where state = 'granted';
-- Keyset of an edition's list, newest last.
create index memberships_by_edition on intake.memberships (edition_id, created_at, membership_id) where edition_id is not null;
-- Invitations that run out.
create index memberships_by_expiry on intake.memberships (expires_at) where state = 'invited';

create table intake.links (
    link_id         uuid        primary key,
    person_id       uuid        not null references intake.persons,
    other_person_id uuid        references intake.persons,
    organisation_id uuid        references intake.organisations,
    kind            text        not null check (kind in ('same_email', 'same_phone', 'same_employer')),
    found_at        timestamptz not null,
    check ((other_person_id is null) <> (organisation_id is null)),
    check (other_person_id is null or person_id < other_person_id)
);

create unique index links_once on intake.links (person_id, other_person_id, organisation_id, kind) nulls not distinct;

-- Who read contacts, what for: one row a batch.
create table intake.contact_reads (
    contact_read_id uuid        primary key,
    service         text        not null,
    purpose         text        not null,
    person_ids      uuid[]      not null,
    membership_ids  uuid[]      not null,
    found           integer     not null,
    read_at         timestamptz not null
);

create index contact_reads_by_time on intake.contact_reads (read_at, contact_read_id);
