{#- All that a table promises of its own rows, as one test: each of dbt's own is a query that costs more than it looks at.
    A key that is unique; columns that are filled; figures above 0, or none; columns with one of a few values, or none;
    columns whose values another table has. A row of the answer says what is wrong, and where. -#}
{% test is_sound(model, key, filled=[], positive=[], one_of={}, found_in={}) %}
{%- set found = [] -%}
{%- for column in key + filled -%}
    {%- do found.append((column ~ ' is empty', adapter.quote(column) ~ ' is null')) -%}
{%- endfor -%}
{%- for column in positive -%}
    {%- do found.append((column ~ ' is not above 0', adapter.quote(column) ~ ' <= 0')) -%}
{%- endfor -%}
{%- for column, known_values in one_of.items() -%}
    {%- set known_values = "'" ~ known_values | join("', '") ~ "'" -%}
    {%- do found.append((column ~ ' has no such value', adapter.quote(column) ~ ' not in (' ~ known_values ~ ')')) -%}
{%- endfor -%}
{%- for column, relation in found_in.items() -%}
    {%- set quoted = adapter.quote(column) -%}
    {%- set known_values = 'select ' ~ quoted ~ ' from ' ~ relation ~ ' where ' ~ quoted ~ ' is not null' -%}
    {%- do found.append((column ~ ' is not in ' ~ relation.identifier, quoted ~ ' not in (' ~ known_values ~ ')')) -%}
{%- endfor %}
with keyed as (

    select
        *,
        {% for column in key -%}
            {{ " || ' | ' || " if not loop.first -}}
            coalesce(cast({{ adapter.quote(column) }} as {{ dbt.type_string() }}), '')
        {%- endfor %} as row_key
    from {{ model }}

)

select
    row_key,
    'the key is not unique' as what_is_wrong
from keyed
group by row_key
having count(*) > 1

{% for what_is_wrong, condition in found %}
union all

select
    row_key,
    '{{ what_is_wrong }}' as what_is_wrong
from keyed
where {{ condition }}
{% endfor %}

{% endtest %}
