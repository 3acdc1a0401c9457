{% macro last_month_of(months) -%}
    {#- A constant: a month that a query has yet to find does not keep the engine from working out all of them. -#}
    {%- set is_there = execute and load_relation(months) is not none -%}
    {%- set last_month = run_query('select max(as_of_month) from ' ~ months).columns[0].values()[0] if is_there -%}
    cast({{ "'" ~ last_month ~ "'" if last_month else 'null' }} as date)
{%- endmacro %}
