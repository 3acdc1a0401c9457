{% macro text_key(text) -%}
    {{ return(adapter.dispatch('text_key')(text)) }}
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
