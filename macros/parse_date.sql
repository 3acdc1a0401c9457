{% macro parse_date(column) -%}
    {{ return(adapter.dispatch('parse_date')(column)) }}
{%- endmacro %}


{% macro duckdb__parse_date(column) -%}
    {#- Strict on purpose: a plain cast takes '2024-05-01x' for a date. What strptime makes of '5/1/24' and 'epoch' lies
        before 1901. Of a date column (Parquet) DuckDB knows the type before it runs, and turns no line into text. -#}
    {%- set formats = [] -%}
    {%- for day_format in ['%Y-%m-%d ', '%Y-%m-%dT', '%m/%d/%Y '] -%}
        {%- for time_format in ['', '%H:%M:%S', '%I:%M:%S %p', '%H:%M', '%I:%M %p', '%H:%M:%S.%f', '%H:%M:%SZ'] -%}
            {%- do formats.append((day_format ~ time_format) | trim) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set moment = "try_strptime(trim(cast(" ~ column ~ " as varchar)), " ~ formats ~ ")" -%}
    case
        when typeof({{ column }}) = 'DATE' then {{ try_cast(column, 'date') }}
        when {{ moment }} >= cast('1901-01-01' as timestamp) then cast({{ moment }} as date)
    end
{%- endmacro %}
