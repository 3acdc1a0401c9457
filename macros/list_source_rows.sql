{% macro list_source_rows(source_row, condition) -%}
    array_agg(
        case when {{ condition }} then {{ source_row_text(source_row) }} end
    ) filter (where {{ condition }})
{%- endmacro %}
