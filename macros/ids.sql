{% macro partner_id(column) -%}
    {{ return(adapter.dispatch('partner_id')(column)) }}
{%- endmacro %}


{% macro float_id_pattern() -%}
    {#- Tools without an empty integer write a column of ids as floats as soon as a cell is empty. -#}
    {{ return('^([0-9]+)[.]0+$') }}
{%- endmacro %}


{% macro postgres__partner_id(column) -%}
    regexp_replace({{ clean_text(column) }}, '{{ float_id_pattern() }}', '\1')
{%- endmacro %}


{% macro spark__partner_id(column) -%}
    regexp_replace({{ clean_text(column) }}, '{{ float_id_pattern() }}', '$1')
{%- endmacro %}


{% macro duckdb__partner_id(column) -%}
    {#- To match a pattern costs twenty times as much as to look for a dot. -#}
    case
        when contains({{ clean_text(column) }}, '.')
            then regexp_replace({{ clean_text(column) }}, '{{ float_id_pattern() }}', '\1')
        else {{ clean_text(column) }}
    end
{%- endmacro %}


{% macro individual_id(pga_mpn_id, individual_key) -%}
    md5({{ pga_mpn_id }} || '|' || {{ individual_key }})
{%- endmacro %}
