{% macro parse_month(column) -%}
    {{ return(adapter.dispatch('parse_month')(column)) }}
{%- endmacro %}


{% macro month_of(date_expression) -%}
    cast({{ dbt.date_trunc('month', date_expression) }} as date)
{%- endmacro %}


{% macro duckdb__parse_month(column) -%}
    {#- To find a month's first day costs eight times as much as to see that a date is one. -#}
    case
        when typeof({{ column }}) = 'DATE' and extract(day from {{ try_cast(column, 'date') }}) = 1
            then {{ try_cast(column, 'date') }}
        else {{ month_of(duckdb__parse_date(column, ['%b-%Y'])) }}
    end
{%- endmacro %}


{% macro postgres__parse_month(column) -%}
    {%- set text = 'cast(' ~ column ~ ' as text)' -%}
    {%- set pattern = date_patterns()['month_name'] -%}
    case
        when {{ text }} ~ '{{ pattern }}' then to_date(regexp_replace({{ text }}, '{{ pattern }}', '\1-\2'), 'MON-YYYY')
        else {{ month_of(parse_date(column)) }}
    end
{%- endmacro %}


{% macro spark__parse_month(column) -%}
    {%- set text = 'cast(' ~ column ~ ' as string)' -%}
    {%- set pattern = date_patterns()['month_name'] -%}
    case
        when {{ text }} rlike r'{{ pattern }}'
            then to_date(initcap(regexp_replace({{ text }}, r'{{ pattern }}', '$1-$2')), 'MMM-yyyy')
        else {{ month_of(parse_date(column)) }}
    end
{%- endmacro %}
