{% macro rejected_row_list(reject_reason, source_row) -%}
    case when {{ reject_reason }} is not null then {{ list_of(source_row_text(source_row)) }} end
{%- endmacro %}
