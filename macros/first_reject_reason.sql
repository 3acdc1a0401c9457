{% macro first_reject_reason(line_reject_reason, pga_mpn_id) -%}
    case
        when {{ pga_mpn_id }} is not null or {{ line_reject_reason }} in ('invalid_month', 'missing_customer_tenant')
            then {{ line_reject_reason }}
        else 'unknown_partner'
    end
{%- endmacro %}
