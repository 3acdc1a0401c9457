{% macro try_cast(expression, type) -%}
    {#- dbt.safe_cast is a plain cast on DuckDB and on Postgres. -#}
    {{ return(adapter.dispatch('try_cast')(expression, type)) }}
{%- endmacro %}


{% macro default__try_cast(expression, type) -%}
    try_cast({{ expression }} as {{ type }})
{%- endmacro %}


{% macro duckdb__try_cast(expression, type) -%}
    {#- Of a text a decimal of more than 18 digits costs ten times one that fits into 64 bits, as nearly all do. With an
        exponent the two differ in the last places. -#}
    {%- set digits = modules.re.findall('[0-9]+', type) -%}
    {%- set exact = default__try_cast(expression, type) -%}
    {%- if digits and digits[0] | int > 18 -%}
        {%- set text = default__try_cast(expression, 'varchar') -%}
        {%- set short = default__try_cast(expression, 'decimal(18, ' ~ digits[1] ~ ')') -%}
        case
            when typeof({{ expression }}) != 'VARCHAR' or contains(lower({{ text }}), 'e') then {{ exact }}
            else coalesce({{ default__try_cast(short, type) }}, {{ exact }})
        end
    {%- else -%}
        {{ exact }}
    {%- endif -%}
{%- endmacro %}


{% macro number_pattern() -%}
    {#- What DuckDB reads as a number; every engine's regular expressions understand it, and no string escapes are in it. -#}
    {{ return('^[[:space:]]*[+-]?([0-9](_?[0-9])*[.]?([0-9](_?[0-9])*)?|[.][0-9](_?[0-9])*)([eE][+-]?[0-9]{1,4})?[[:space:]]*$') }}
{%- endmacro %}


{% macro postgres__try_cast(expression, type) -%}
    {#- A cast that fails ends the query: only what looks like a number, and fits, is cast. -#}
    {%- set digits = modules.re.findall('[0-9]+', type) | map('int') | list or [0, 0] -%}
    {%- set limit = '2147483648' if type == 'integer' else '1e' ~ (digits[0] - digits[1]) -%}
    {%- set number = "round(cast(replace(cast(" ~ expression ~ " as text), '_', '') as numeric), " ~ digits[1] ~ ")" -%}
    case
        when cast({{ expression }} as text) ~ '{{ number_pattern() }}'
            then case when abs({{ number }}) < {{ limit }} then cast({{ number }} as {{ type }}) end
    end
{%- endmacro %}


{% macro spark__try_cast(expression, type) -%}
    {#- Spark's own cast cuts 1.5 to the integer 1, and takes digits of other scripts. -#}
    {%- set text = "cast(" ~ expression ~ " as string)" -%}
    {%- set number = "case when " ~ text ~ " rlike '" ~ number_pattern() | replace('[:space:]', '\\\\s')
        ~ "' then replace(" ~ text ~ ", '_', '') end" -%}
    {%- if type == 'integer' -%}
        try_cast(round(try_cast({{ number }} as decimal(28, 10))) as integer)
    {%- else -%}
        try_cast({{ number }} as {{ type }})
    {%- endif -%}
{%- endmacro %}
