{% macro individual_id(pga_mpn_id, individual_key) -%}
    md5({{ pga_mpn_id }} || '|' || {{ individual_key }})
{%- endmacro %}
