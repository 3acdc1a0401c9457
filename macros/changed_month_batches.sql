{% macro changed_month_batches(month, fingerprint) -%}
    {%- set batches = [] -%}
    {%- for months in changed_months(month, fingerprint) | batch(var('months_per_batch')) -%}
        {%- do batches.append('(' ~ months | join(', ') ~ ')') -%}
    {%- endfor -%}
    {{ return(batches or ['(null)']) }}
{%- endmacro %}
