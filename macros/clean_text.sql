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
