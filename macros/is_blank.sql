{% macro is_blank(column) -%}
    {{ return(adapter.dispatch('is_blank')(column)) }}
{%- endmacro %}


{% macro default__is_blank(column) -%}
    ({{ clean_text(column) }} is null)
{%- endmacro %}


{% macro duckdb__is_blank(column) -%}
    {#- One look at the first character answers for nearly every line. -#}
    case
        when ascii({{ column }}) between 33 and 126 then false
        else {{ default__clean_text(column) }} is null
    end
{%- endmacro %}
