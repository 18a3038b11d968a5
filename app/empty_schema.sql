-- Drops everything in the schema public that this role may drop, except what belongs to extensions:
-- a copy of an older schema is put back where newer tables refer to those that it replaces.
do $$
declare
  gone text;
begin
  select string_agg(format('drop %s if exists %s cascade;', kind, name), ' ' order by rank, name)
  into gone
  from (
    -- Tables before sequences: the sequence of an identity column goes with its table alone.
    select k.rank, k.kind, format('%I.%I', 'public', c.relname) as name
    from pg_class c
    join (
      values (1, 'v', 'view'), (1, 'm', 'materialized view'), (2, 'r', 'table'),
        (2, 'p', 'table'), (2, 'f', 'foreign table'), (3, 'S', 'sequence')
    ) k (rank, relkind, kind) on k.relkind = c.relkind
    where c.relnamespace = 'public'::regnamespace
      and pg_has_role(c.relowner, 'usage')
      and not exists (
        select from pg_depend d
        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
      )
    union all
    select 4, 'routine', p.oid::regprocedure::text
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace
      and pg_has_role(p.proowner, 'usage')
      and not exists (
        select from pg_depend d
        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
      )
    union all
    -- Enumerations, domains, ranges, and composite types that are no table's.
    select 5, 'type', format('%I.%I', 'public', t.typname)
    from pg_type t
    left join pg_class c on c.oid = t.typrelid
    where t.typnamespace = 'public'::regnamespace
      and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c'))
      and pg_has_role(t.typowner, 'usage')
      and not exists (
        select from pg_depend d
        where d.classid = 'pg_type'::regclass and d.objid = t.oid and d.deptype = 'e'
      )
  ) found;
  execute coalesce(gone, '');
end
$$;
