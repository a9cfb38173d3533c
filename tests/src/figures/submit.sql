-- What Submit does in one transaction, statement by statement. Number n is a draft nobody has sealed.
\set i :i + 1
\set n :base + :client_id * :each + :i
\set team :n % :teams
begin;
insert into requests (caller, method, request_id, body_hash) values ('person ' || :team::text, 'Submit', 'pgbench-' || :n::text, decode('0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'hex')) on conflict (caller, method, request_id) do nothing;
select wave_id from intake.submissions where submission_id = ('00000000-0000-4000-8000-' || lpad(:n::text, 12, '0'))::uuid and edition_id = 'contoh-2026';
select pg_advisory_xact_lock_shared(hashtextextended('intake.wave ' || 'contoh-2026' || ' ' || 'gelombang-1', 0));
select submission_id, edition_id, organisation_id, wave_id, region_code, issue_id, title, challenge_ids, answers, state, version, outcome, created_at, etag from intake.submissions where submission_id = ('00000000-0000-4000-8000-' || lpad(:n::text, 12, '0'))::uuid and edition_id = 'contoh-2026' for no key update;
select exists (select 1 from intake.memberships where person_id = ('00000000-0000-4000-9000-' || lpad(:team::text, 12, '0'))::uuid and office = 'member' and scope = '00000000-0000-4000-a000-' || lpad(:team::text, 12, '0') and state = 'granted');
select edition_id, title_id, title_en, purpose, state, version, sha256, created_at, etag from intake.editions where edition_id = 'contoh-2026';
select edition_id, wave_id, submissions_open_at, submissions_close_at, submissions_whole_second, accepted_count, root_hash from intake.waves where edition_id = 'contoh-2026' and wave_id = 'gelombang-1';
select nextval('intake.receipt_counts');
with version as (insert into intake.submission_versions (submission_id, version, edition_id, wave_id, edition_version, content, salt, content_hash, arrived_at, sealed_by) values (('00000000-0000-4000-8000-' || lpad(:n::text, 12, '0'))::uuid, 1, 'contoh-2026', 'gelombang-1', 1, repeat('x', 900), decode('0123456789abcdef0123456789abcdef', 'hex'), decode('0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'hex'), now(), ('00000000-0000-4000-9000-' || lpad(:team::text, 12, '0'))::uuid)) insert into intake.receipts (number, submission_id, version, edition_id, content_hash, arrived_at) values ('PGBENCH-' || :n::text, ('00000000-0000-4000-8000-' || lpad(:n::text, 12, '0'))::uuid, 1, 'contoh-2026', decode('0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 'hex'), now());
update intake.submissions set state = 'submitted', version = 1, etag = etag + 1 where submission_id = ('00000000-0000-4000-8000-' || lpad(:n::text, 12, '0'))::uuid and state = 'draft';
insert into aggregates as a (aggregate_type, aggregate_id, epoch, count) select 'submission', '00000000-0000-4000-8000-' || lpad(:n::text, 12, '0'), e.epoch, 1 from ledger_epoch e on conflict (aggregate_type, aggregate_id) do update set count = case when a.epoch < excluded.epoch then 1 else a.count + 1 end, epoch = greatest(a.epoch, excluded.epoch) returning epoch, count;
insert into outbox (id, aggregate_type, aggregate_id, epoch, count, name, version, visibility, edition, business_time, correlation, causation, traceparent, payload) values (('00000000-0000-7000-8000-' || lpad(:n::text, 12, '0'))::uuid, 'submission', '00000000-0000-4000-8000-' || lpad(:n::text, 12, '0'), 1, 1, 'submitted', 1, 'public', 'contoh-2026', now(), 'pgbench-' || :n::text, null, null, convert_to('{"editionId":"' || repeat('x', 400) || '"}', 'utf8'));
update requests set response = decode(repeat('ab', 200), 'hex') where caller = 'person ' || :team::text and method = 'Submit' and request_id = 'pgbench-' || :n::text;
commit;
