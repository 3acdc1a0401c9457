{% macro normalize_text(expression) -%}
    lower(trim(regexp_replace(cast({{ expression }} as {{ dbt.type_string() }}), '[\s\x{A0}]+', ' ', 'g')))
{%- endmacro %}
