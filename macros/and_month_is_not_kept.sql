{% macro and_month_is_not_kept(newest) -%}
    {%- if is_incremental() -%}
        and not exists (
            select 1
            from {{ this }} as kept
            where
                {{ newest }}.pga_mpn_id = kept.pga_mpn_id
                and {{ newest }}.usage_month = kept.usage_month
        )
    {%- endif -%}
{%- endmacro %}
