{% macro parse_date(column) -%}
    {{ return(adapter.dispatch('parse_date')(column)) }}
{%- endmacro %}


{% macro duckdb__parse_date(column, more_formats=[]) -%}
    {#- Strict on purpose: a plain cast takes '2024-05-01x' for a date. What strptime makes of '5/1/24' and 'epoch' lies
        before 1901. Of a date column (Parquet) DuckDB knows the type before it runs, and turns no line into text. -#}
    {%- set formats = [] -%}
    {%- for day_format in ['%Y-%m-%d ', '%Y-%m-%dT', '%m/%d/%Y '] -%}
        {%- for time_format in ['', '%H:%M:%S', '%I:%M:%S %p', '%H:%M', '%I:%M %p', '%H:%M:%S.%f', '%H:%M:%SZ'] -%}
            {%- do formats.append((day_format ~ time_format) | trim) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set moment = "try_strptime(trim(cast(" ~ column ~ " as varchar)), " ~ (formats + more_formats) ~ ")" -%}
    case
        when typeof({{ column }}) = 'DATE' then {{ try_cast(column, 'date') }}
        when {{ moment }} >= cast('1901-01-01' as timestamp) then cast({{ moment }} as date)
    end
{%- endmacro %}


{% macro date_patterns() -%}
    {#- The formats of duckdb__parse_date as regular expressions, for engines whose own parsers raise an error or guess:
        patterns for both orders, in words that Postgres and Java share, each with year, month and day as its groups, and
        one for a month by its name, which only parse_month reads. -#}
    {%- set blank = '[ \\t\\n\\v\\f\\r]' -%}
    {%- set edge = '[ \\t\\n\\v\\f\\r\\u00A0\\u1680\\u2000-\\u200A\\u202F\\u205F\\u3000]*' -%}
    {%- set year = '(19(?:0[1-9]|[1-9][0-9])|[2-9][0-9]{3})' -%}
    {%- set month = '(0?[1-9]|1[0-2])' -%}
    {%- set day = '(0?[1-9]|[12][0-9]|3[01])' -%}
    {%- set time = '(?:(?:[01]?[0-9]|2[0-3]):[0-5]?[0-9](?::[0-5]?[0-9](?:[.][0-9]{1,6}|Z)?)?'
        ~ '|(?:0?[1-9]|1[0-2]):[0-5]?[0-9](?::[0-5]?[0-9])?' ~ blank ~ '+[AaPp][Mm])' -%}
    {%- set month_name = '([Jj][Aa][Nn]|[Ff][Ee][Bb]|[Mm][Aa][Rr]|[Aa][Pp][Rr]|[Mm][Aa][Yy]|[Jj][Uu][Nn]'
        ~ '|[Jj][Uu][Ll]|[Aa][Uu][Gg]|[Ss][Ee][Pp]|[Oo][Cc][Tt]|[Nn][Oo][Vv]|[Dd][Ee][Cc])' -%}
    {{ return({
        'year_first': '^' ~ edge ~ year ~ '-' ~ month ~ '-' ~ day ~ '(?:T|(?:T|' ~ blank ~ '+)' ~ time ~ ')?' ~ edge ~ '$',
        'year_last': '^' ~ edge ~ month ~ '/' ~ day ~ '/' ~ year ~ '(?:' ~ blank ~ '+' ~ time ~ ')?' ~ edge ~ '$',
        'month_name': '^' ~ edge ~ month_name ~ '-' ~ year ~ edge ~ '$',
    }) }}
{%- endmacro %}


{% macro postgres__parse_date(column) -%}
    {%- set text = 'cast(' ~ column ~ ' as text)' -%}
    case
        {%- for order in ['year_first', 'year_last'] %}
            {%- set pattern = date_patterns()[order] -%}
            {%- set parts = [] -%}
            {%- for group in ([1, 2, 3] if order == 'year_first' else [3, 1, 2]) -%}
                {%- do parts.append("cast(regexp_replace(" ~ text ~ ", '" ~ pattern ~ "', '\\" ~ group ~ "') as integer)") -%}
            {%- endfor %}
            {%- set date = "make_date(" ~ parts[0] ~ ", " ~ parts[1] ~ ", 1) + " ~ parts[2] ~ " - 1" %}
        when {{ text }} ~ '{{ pattern }}'
            {#- the 31st of April would be a day of May #}
            then case when extract(month from {{ date }}) = {{ parts[1] }} then {{ date }} end
        {%- endfor %}
    end
{%- endmacro %}


{% macro spark__parse_date(column) -%}
    {%- set text = 'cast(' ~ column ~ ' as string)' -%}
    case
        {%- for order in ['year_first', 'year_last'] %}
            {%- set pattern = date_patterns()[order] -%}
            {%- set groups = '$1-$2-$3' if order == 'year_first' else '$3-$1-$2' %}
        when {{ text }} rlike r'{{ pattern }}'
            then try_cast(regexp_replace({{ text }}, r'{{ pattern }}', '{{ groups }}') as date)
        {%- endfor %}
    end
{%- endmacro %}


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
