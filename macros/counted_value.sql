{% macro counted_value(measure, is_counted, tenant_value) -%}
    case
        when not {{ is_counted }} then 0
        when {{ measure }} = 'count' then 1
        when {{ measure }} = 'sum' then {{ tenant_value }}
    end
{%- endmacro %}
