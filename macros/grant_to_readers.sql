{% macro grant_to_readers() %}
    {{ return(adapter.dispatch('grant_to_readers')()) }}
{% endmacro %}


{# A file, and a folder of files, is opened to people by the system that keeps it. #}
{% macro default__grant_to_readers() %}
{% endmacro %}


{% macro postgres__grant_to_readers() %}
    {% set role = adapter.quote(var('reader_role')) %}
    do $$ begin
        if not exists (select 1 from pg_roles where rolname = '{{ var('reader_role') }}') then
            create role {{ role }};
        end if;
    end $$;
    {% for schema in var('reader_schemas') %}
        grant usage on schema {{ generate_schema_name(schema) | trim }} to {{ role }};
        grant select on all tables in schema {{ generate_schema_name(schema) | trim }} to {{ role }};
    {% endfor %}
{% endmacro %}
