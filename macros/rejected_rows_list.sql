{% macro rejected_rows_list(reject_reason, source_row) -%}
    array_agg(
        case when {{ reject_reason }} is not null then {{ source_row_text(source_row) }} end
    ) filter (where {{ reject_reason }} is not null)
{%- endmacro %}
