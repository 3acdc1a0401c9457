{% macro clean_text(column) -%}
    {{ return(adapter.dispatch('clean_text')(column)) }}
{%- endmacro %}


{% macro default__clean_text(column) -%}
    nullif(trim(both {{ blanks() }} from cast({{ column }} as {{ dbt.type_string() }})), '')
{%- endmacro %}


{% macro duckdb__clean_text(column) -%}
    {#- To trim a text costs five times as much as to see that it neither starts nor ends with a blank. -#}
    {%- set text = "cast(" ~ column ~ " as " ~ dbt.type_string() ~ ")" -%}
    case
        when ascii({{ text }}) between 33 and 126 and ascii(right({{ text }}, 1)) between 33 and 126 then {{ text }}
        else {{ default__clean_text(column) }}
    end
{%- endmacro %}


{% macro blanks() -%}
    ' ' || chr(9) || chr(10) || chr(13) || chr(160)
{%- endmacro %}


{% macro normalize_text(expression) -%}
    {{ return(adapter.dispatch('normalize_text')(expression)) }}
{%- endmacro %}


{% macro duckdb__normalize_text(expression) -%}
    {#- To see that a text has no blank but single ones within costs half as much as to replace them. -#}
    {%- set text = 'cast(' ~ expression ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    case
        when regexp_full_match({{ text }}, '[!-~]+( [!-~]+)*') then lower({{ text }})
        else lower(trim(regexp_replace({{ text }}, '[\s\x{A0}]+', ' ', 'g')))
    end
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


{% macro text_key(column) -%}
    {#- Never null: every engine hash-joins on equality, and a missing text is an empty one. -#}
    {{ return(adapter.dispatch('text_key')('coalesce(' ~ normalize_text(column) ~ ", '')")) }}
{%- endmacro %}


{% macro duckdb__text_key(text) -%}
    hash({{ text }})
{%- endmacro %}


{% macro postgres__text_key(text) -%}
    hashtextextended({{ text }}, 0)
{%- endmacro %}


{% macro spark__text_key(text) -%}
    xxhash64({{ text }})
{%- endmacro %}


{% macro join_texts(expression, order_key) -%}
    {{ return(adapter.dispatch('join_texts')(expression, order_key)) }}
{%- endmacro %}


{% macro default__join_texts(expression, order_key) -%}
    string_agg(cast({{ expression }} as {{ dbt.type_string() }}), ', ' order by {{ order_key }})
{%- endmacro %}


{% macro spark__join_texts(expression, order_key) -%}
    listagg(cast({{ expression }} as string), ', ') within group (order by {{ order_key }})
{%- endmacro %}


{% macro filled_sentence(sentence, values) -%}
    {#- A value that is missing leaves no gap: no sentence names what its case has not. -#}
    {%- set filled = namespace(sql=sentence) -%}
    {%- for name, value in values.items() -%}
        {%- set text = "coalesce(cast(" ~ value ~ " as " ~ dbt.type_string() ~ "), '')" -%}
        {%- set filled.sql = "replace(" ~ filled.sql ~ ", '{" ~ name ~ "}', " ~ text ~ ")" -%}
    {%- endfor -%}
    {{ filled.sql }}
{%- endmacro %}
