{% macro rejected_row_list(reject_reason, source_row) -%}
    {{ return(adapter.dispatch('rejected_row_list')(reject_reason, source_row)) }}
{%- endmacro %}


{% macro default__rejected_row_list(reject_reason, source_row) -%}
    case when {{ reject_reason }} is not null then array[{{ source_row_text(source_row) }}] end
{%- endmacro %}


{% macro spark__rejected_row_list(reject_reason, source_row) -%}
    case when {{ reject_reason }} is not null then array({{ source_row_text(source_row) }}) end
{%- endmacro %}
