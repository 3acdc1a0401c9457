{% macro parse_month(column) -%}
    cast({{ dbt.date_trunc('month', parse_date(column)) }} as date)
{%- endmacro %}
