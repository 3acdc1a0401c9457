{#- Kept tables are written with less: DuckDB 1.5 keeps what every branch of a union has grouped until the last branch is
    done, so that few months at a time are statements of their own; and what dbt would write into a temporary table to
    copy it from there is read from a view. -#}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql') -%}
    {%- set is_kept = model.resource_type == 'model' and model.config.materialized == 'incremental' -%}
    {%- set note = '(?:1 = 1|[\\w.]+ in \\([^)]*\\)) /\\* ([\\w.]+) by (\\w+), (\\d+) at a time \\*/' -%}
    {%- set statements = [] -%}
    {%- for month, fingerprint, count in (modules.re.findall(note, compiled_code) if is_kept else [])[:1] -%}
        {%- for months in changed_months(month, fingerprint) | batch(count | int) -%}
            {%- set months_only = '\\1 in (' ~ months | join(', ') ~ ')' -%}
            {%- do statements.append(modules.re.sub(note, months_only, compiled_code)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set new_relation = relation.include(database=(not temporary), schema=(not temporary)) -%}
    {%- if is_kept and temporary and statements | length < 2 -%}
        create temporary view {{ new_relation }} as (
            {{ compiled_code }}
        )
    {%- else -%}
        {{ dbt.duckdb__create_table_as(temporary, relation, (statements or [compiled_code])[0], language, **kwargs) }}
        {%- for statement in statements[1:] %};
            insert into {{ new_relation }}
            {{ statement }}
        {%- endfor %}
    {%- endif %}
{%- endmacro %}
