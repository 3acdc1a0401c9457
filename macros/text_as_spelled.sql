{% macro text_as_spelled(column) -%}
    {#- Never null: every engine hash-joins on equality, and an empty text is a spelling like any other. -#}
    coalesce(cast({{ column }} as {{ dbt.type_string() }}), '')
{%- endmacro %}
