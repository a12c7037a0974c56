-- Cyanite beside the service: only for one that uses it. Run after schema.sql by the owner of the database; safe to run again.

do $$ begin
    if not exists (select from pg_roles where rolname = 'balanced_cyanite') then create role balanced_cyanite login; end if;
end $$;

-- A track whose owner consented to its being sent to Cyanite, and its place in the queue: the row is the job. Each track of the service
-- is a track of its own at Cyanite, so that deleting one client's never takes another's that has the same file.
create table if not exists cyanite_tracks (
    track_id uuid primary key references tracks on delete cascade,
    owner_id uuid not null references users,
    -- The consent: the digest of the manifest that the owner was shown. Nothing else can be sent by it.
    digest text not null check (digest ~ '^[0-9a-f]{64}$'),
    consented_at timestamptz not null default now(),
    -- Id by which Cyanite knows the track; it tells nothing.
    external_id text not null unique,
    state text not null default 'consented'
        check (state in ('consented', 'sending', 'sent', 'in_doubt', 'fetched', 'done', 'failed')),
    attempts int not null default 0,
    run_after timestamptz not null default now(),
    -- When something was sent for the first time, which Cyanite may hold since then.
    started_at timestamptz,
    -- Cyanite's own id, and the size of what was sent, by which REST's lost answers are settled.
    remote_id text,
    mp3_bytes bigint,
    error jsonb,
    -- Cyanite's answer, untouched, and both opinions side by side.
    result jsonb,
    merged jsonb
);
create index if not exists cyanite_tracks_due on cyanite_tracks (run_after);
create index if not exists cyanite_tracks_remote on cyanite_tracks (remote_id);

-- Deletions that are owed by Cyanite since a track or its consent is gone, with their receipts.
create table if not exists cyanite_deletions (
    id bigserial primary key,
    track_id uuid not null,
    owner_id uuid not null references users,
    external_id text not null,
    asked_at timestamptz not null default now(),
    attempts int not null default 0,
    run_after timestamptz not null,
    receipt jsonb,
    -- Why Cyanite has not confirmed it; the REST API documents no deletion at all.
    problem text
);
create index if not exists cyanite_deletions_track on cyanite_deletions (track_id);
create index if not exists cyanite_deletions_external on cyanite_deletions (external_id);

-- Webhooks that were seen: those that come again are told by their key.
create table if not exists cyanite_webhooks (
    key text primary key,
    until timestamptz not null,
    remote_id text
);
create index if not exists cyanite_webhooks_remote on cyanite_webhooks (remote_id);

-- Whatever ends a row (the track is deleted or swept, the consent withdrawn) makes its deletion due, in the same transaction. While a
-- worker sends it, only afterwards.
create or replace function owe_cyanite_deletion() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    if old.started_at is not null then
        insert into public.cyanite_deletions (track_id, owner_id, external_id, run_after) values
            (old.track_id, old.owner_id, old.external_id, case when old.state = 'sending' then old.run_after else now() end);
    end if;
    return old;
end $$;
drop trigger if exists owed on cyanite_tracks;
create trigger owed after delete on cyanite_tracks for each row execute function owe_cyanite_deletion();

-- A local analysis that comes later, or anew, is merged with what Cyanite said.
create or replace function merge_anew() returns trigger language plpgsql security definer set search_path = '' as $$
begin
    update public.cyanite_tracks set state = 'fetched', attempts = 0, run_after = now()
        where track_id = new.track_id and state in ('fetched', 'done');
    return new;
end $$;
drop trigger if exists merged on analyses;
create trigger merged after insert or update on analyses for each row execute function merge_anew();

-- The one way from a webhook into the database: nobody asks then, so that the API sees no track. The first notes a key and tells
-- whether it is new; the second has the results asked for. A webhook is no more than a reason to look: coming twice, late or out of
-- order, it changes nothing.
create or replace function note_cyanite_webhook(its_key text, its_end timestamptz) returns boolean language plpgsql
    security definer set search_path = '' as $$
begin
    delete from public.cyanite_webhooks where until <= now();
    insert into public.cyanite_webhooks (key, until) values (its_key, its_end) on conflict (key) do nothing;
    return found;
end $$;
create or replace function look_at_cyanite(its_key text, remote text) returns void language sql volatile
    security definer set search_path = '' as $$
    -- One after the other with a worker that notes what it sent, so that neither misses the other.
    select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext('cyanite_webhooks'));
    update public.cyanite_webhooks set remote_id = remote where key = its_key;
    update public.cyanite_tracks set run_after = now() where remote_id = remote and state = 'sent';
$$;

revoke execute on function owe_cyanite_deletion(), merge_anew(), note_cyanite_webhook(text, timestamptz), look_at_cyanite(text, text)
    from public;
grant execute on function note_cyanite_webhook(text, timestamptz), look_at_cyanite(text, text) to balanced_api;

alter table cyanite_tracks enable row level security;
alter table cyanite_deletions enable row level security;
alter table cyanite_webhooks enable row level security;

drop policy if exists seen on cyanite_tracks;
create policy seen on cyanite_tracks for select to balanced_api
    using (owner_id = (select asking_user()) or track_id in (select assigned_tracks()));
drop policy if exists consented on cyanite_tracks;
create policy consented on cyanite_tracks for insert to balanced_api
    with check (owner_id = (select asking_user()) and track_id in (select owned_tracks()));
drop policy if exists consented_again on cyanite_tracks;
create policy consented_again on cyanite_tracks for update to balanced_api
    using (owner_id = (select asking_user()) and state = 'failed') with check (owner_id = (select asking_user()) and state = 'consented');
drop policy if exists withdrawn on cyanite_tracks;
create policy withdrawn on cyanite_tracks for delete to balanced_api using (owner_id = (select asking_user()));
drop policy if exists seen on cyanite_deletions;
create policy seen on cyanite_deletions for select to balanced_api using (owner_id = (select asking_user()));

drop policy if exists worked on cyanite_tracks;
create policy worked on cyanite_tracks to balanced_cyanite using (true) with check (true);
drop policy if exists worked on cyanite_deletions;
create policy worked on cyanite_deletions to balanced_cyanite using (true) with check (true);
drop policy if exists worked on cyanite_webhooks;
create policy worked on cyanite_webhooks to balanced_cyanite using (true) with check (true);
drop policy if exists cyanite on tracks;
create policy cyanite on tracks for select to balanced_cyanite using (true);
drop policy if exists cyanite on analyses;
create policy cyanite on analyses for select to balanced_cyanite using (true);

grant select, delete, insert (track_id, owner_id, digest, external_id),
    update (digest, consented_at, state, attempts, run_after, error) on cyanite_tracks to balanced_api;
grant select on cyanite_deletions to balanced_api;
grant select, update on cyanite_tracks to balanced_cyanite;
grant select, update on cyanite_deletions to balanced_cyanite;
grant select, update, delete on cyanite_webhooks to balanced_cyanite;
grant select (id, project, file, sha256) on tracks to balanced_cyanite;
grant select on analyses to balanced_cyanite;
