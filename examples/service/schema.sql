-- The service's tables, queue and row-level security. Run by the owner of the database; safe to run again.

do $$ begin
    if not exists (select from pg_roles where rolname = 'balanced_api') then create role balanced_api login; end if;
    if not exists (select from pg_roles where rolname = 'balanced_worker') then create role balanced_worker login; end if;
end $$;

create table if not exists users (
    id uuid primary key default gen_random_uuid(),
    name text not null,
    role text not null check (role in ('client', 'engineer')),
    -- Tokens are random and long, so that a plain hash keeps them.
    token_sha256 bytea not null unique,
    -- Key of an engineer, by which they open the audio they are assigned: `age1…`.
    public_key text
);
alter table users add column if not exists public_key text;

create table if not exists tracks (
    id uuid primary key default gen_random_uuid(),
    owner_id uuid not null references users,
    title text not null check (length(title) between 1 and 200),
    sha256 text not null,
    bytes bigint not null,
    container text not null,
    duration_s double precision not null,
    status text not null default 'queued' check (status in ('queued', 'done', 'failed')),
    error jsonb,
    created_at timestamptz not null default now(),
    completed_at timestamptz,
    expires_at timestamptz not null,
    -- Where the vault has the audio.
    project text not null unique,
    file text not null
);
create index if not exists tracks_expire on tracks (expires_at);
create index if not exists tracks_owner on tracks (owner_id);

create table if not exists assignments (
    track_id uuid not null references tracks on delete cascade,
    engineer_id uuid not null references users,
    primary key (track_id, engineer_id)
);

create index if not exists assignments_engineer on assignments (engineer_id);

create table if not exists analyses (
    track_id uuid primary key references tracks on delete cascade,
    result jsonb not null,
    config_hash text not null,
    balanced_version text not null,
    created_at timestamptz not null default now()
);

-- How much engineers were shown to clients, so that the next lists can be fair. Only the two functions below reach it.
create table if not exists exposures (
    engineer_id uuid primary key references users on delete cascade,
    exposure double precision not null default 0
);

-- What is left of a track whose audio was erased.
create table if not exists receipts (
    track_id uuid primary key,
    owner_id uuid not null references users,
    receipt text not null,
    created_at timestamptz not null default now()
);

-- The queue: a job is enqueued in the transaction that makes its track. A worker takes one by moving `run_after` ahead; one that
-- dies leaves the job to the next when that time comes.
create table if not exists jobs (
    id bigserial primary key,
    track_id uuid not null unique references tracks on delete cascade,
    attempts int not null default 0,
    run_after timestamptz not null default now()
);
create index if not exists jobs_due on jobs (run_after);

-- Who asks: the API says so at the start of every transaction. Unset, nobody asks and nothing is seen.
create or replace function asking_user() returns uuid language sql stable set search_path = '' as
    $$ select nullif(current_setting('app.user_id', true), '')::uuid $$;

-- Policies that look at each other's tables would never end; these look past them. They are the owner's: with an empty search path nobody
-- can put a temporary table of one of these names in their way. Each is asked once a query, not once a row.
create or replace function owned_tracks() returns setof uuid language sql stable security definer set search_path = '' as
    $$ select id from public.tracks where owner_id = public.asking_user() $$;
create or replace function assigned_tracks() returns setof uuid language sql stable security definer set search_path = '' as
    $$ select track_id from public.assignments where engineer_id = public.asking_user() $$;
create or replace function engineers() returns setof uuid language sql stable security definer set search_path = '' as
    $$ select id from public.users where role = 'engineer' $$;
-- The one way from a token to a user, so that the API cannot read the table of users.
create or replace function user_of_token(token bytea) returns table (id uuid, role text) language sql stable
    security definer set search_path = '' as
    $$ select users.id, users.role from public.users where token_sha256 = sha256(token) $$;

-- The one way to an engineer's public key.
create or replace function key_of_engineer(engineer uuid) returns text language sql stable security definer set search_path = '' as
    $$ select public_key from public.users where id = engineer and role = 'engineer' $$;

create or replace function exposure_of_engineers() returns table (id uuid, exposure double precision) language sql stable
    security definer set search_path = '' as
    $$ select users.id, coalesce(exposures.exposure, 0) from public.users left join public.exposures on engineer_id = users.id
       where role = 'engineer' $$;
create or replace function add_exposure(engineer uuid, amount double precision) returns void language sql volatile
    security definer set search_path = '' as
    $$ insert into public.exposures as known (engineer_id, exposure) values (engineer, amount)
       on conflict (engineer_id) do update set exposure = known.exposure + excluded.exposure $$;

revoke execute on function asking_user(), owned_tracks(), assigned_tracks(), engineers(), user_of_token(bytea),
    key_of_engineer(uuid), exposure_of_engineers(), add_exposure(uuid, double precision) from public;
grant execute on function asking_user(), owned_tracks(), assigned_tracks(), engineers(), user_of_token(bytea),
    key_of_engineer(uuid), exposure_of_engineers(), add_exposure(uuid, double precision) to balanced_api;

alter table users enable row level security;
alter table tracks enable row level security;
alter table assignments enable row level security;
alter table analyses enable row level security;
alter table jobs enable row level security;
alter table receipts enable row level security;
alter table exposures enable row level security;

drop policy if exists seen on tracks;
create policy seen on tracks for select to balanced_api
    using (owner_id = (select asking_user()) or id in (select assigned_tracks()));
drop policy if exists made on tracks;
create policy made on tracks for insert to balanced_api with check (owner_id = (select asking_user()));
drop policy if exists completed on tracks;
create policy completed on tracks for update to balanced_api
    using (owner_id = (select asking_user()) or id in (select assigned_tracks()));
drop policy if exists removed on tracks;
create policy removed on tracks for delete to balanced_api using (owner_id = (select asking_user()));
drop policy if exists seen on analyses;
create policy seen on analyses for select to balanced_api
    using (track_id in (select owned_tracks()) or track_id in (select assigned_tracks()));
drop policy if exists seen on assignments;
create policy seen on assignments for select to balanced_api
    using (engineer_id = (select asking_user()) or track_id in (select owned_tracks()));
drop policy if exists made on assignments;
create policy made on assignments for insert to balanced_api
    with check (track_id in (select owned_tracks()) and engineer_id in (select engineers()));
drop policy if exists removed on assignments;
create policy removed on assignments for delete to balanced_api using (track_id in (select owned_tracks()));
drop policy if exists made on jobs;
create policy made on jobs for insert to balanced_api with check (track_id in (select owned_tracks()));

drop policy if exists seen on receipts;
create policy seen on receipts for select to balanced_api using (owner_id = (select asking_user()));
drop policy if exists made on receipts;
create policy made on receipts for insert to balanced_api with check (owner_id = (select asking_user()));
drop policy if exists worked on receipts;
create policy worked on receipts for insert to balanced_worker with check (true);

-- Earlier versions asked these for every row.
drop function if exists owns(uuid), is_assigned(uuid), is_engineer(uuid);

-- The worker sees tracks as such, never who their users are.
drop policy if exists worked on tracks;
create policy worked on tracks to balanced_worker using (true) with check (true);
drop policy if exists worked on analyses;
create policy worked on analyses to balanced_worker using (true) with check (true);
drop policy if exists worked on jobs;
create policy worked on jobs to balanced_worker using (true) with check (true);

grant select, insert, delete on tracks to balanced_api;
grant update (completed_at, expires_at) on tracks to balanced_api;
grant select, insert on receipts to balanced_api;
grant insert on receipts to balanced_worker;
grant select on analyses to balanced_api;
grant select, insert, delete on assignments to balanced_api;
grant insert on jobs to balanced_api;
grant usage on sequence jobs_id_seq to balanced_api;
grant select, update, delete on tracks to balanced_worker;
grant select, insert, update on analyses to balanced_worker;
grant select, update, delete on jobs to balanced_worker;
