{% macro changed_month_batches(month, fingerprint, count) -%}
    {%- set batches = [] -%}
    {%- for months in changed_months(month, fingerprint) | batch(count) -%}
        {%- do batches.append('(' ~ months | join(', ') ~ ')') -%}
    {%- endfor -%}
    {{ return(batches or ['(null)']) }}
{%- endmacro %}
