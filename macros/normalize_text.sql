{% macro normalize_text(expression) -%}
    {{ return(adapter.dispatch('normalize_text')(expression)) }}
{%- endmacro %}


{% macro duckdb__normalize_text(expression) -%}
    lower(trim(regexp_replace(cast({{ expression }} as {{ dbt.type_string() }}), '[\s\x{A0}]+', ' ', 'g')))
{%- endmacro %}


{% macro unicode_blanks() -%}
    {#- What DuckDB's trim takes off, for the others to do so too. -#}
    {{ return('[ \\u00A0\\u1680\\u2000-\\u200A\\u202F\\u205F\\u3000]+') }}
{%- endmacro %}


{% macro postgres__normalize_text(expression) -%}
    {%- set collapsed = "regexp_replace(cast(" ~ expression ~ " as text), '[ \\t\\n\\f\\r\\u00A0]+', ' ', 'g')" -%}
    lower(regexp_replace({{ collapsed }}, '^{{ unicode_blanks() }}|{{ unicode_blanks() }}$', '', 'g'))
{%- endmacro %}


{% macro spark__normalize_text(expression) -%}
    {%- set collapsed = "regexp_replace(cast(" ~ expression ~ " as string), r'[ \\t\\n\\f\\r\\u00A0]+', ' ')" -%}
    lower(regexp_replace({{ collapsed }}, r'^{{ unicode_blanks() }}|{{ unicode_blanks() }}$', ''))
{%- endmacro %}
