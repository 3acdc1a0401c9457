{#- Each tenant is judged once, in every month: a month is compared with another only afterwards. -#}
with criteria as (

    select * from {{ ref('int_track_criteria') }}
    where is_first_of_criterion

),

-- a CTE for each track: one that two others read DuckDB would write to disk first
{% for track in ['azure', 'm365'] -%}
    {{ track }}_against_bands as (

        select
            measures.*,
            criteria.criterion_id,
            criteria.measure,
            {{ band_standing('measures.threshold_value', 'measures.active_value') }} as standing
        from {{ ref('int_tenant_measures') }} as measures
        inner join criteria
            on
                measures.track = criteria.track
                and measures.eligibility_id = criteria.eligibility_id
        where measures.track = '{{ track }}'

    ),

{% endfor -%}

-- A tenant has one revenue, which needs no grouping: half a million tenants would make 150 million groups.
azure_standings as (

    select
        pga_mpn_id,
        criterion_id,
        customer_tenant_key,
        month_number,
        coalesce(standing = 'inside', false) as is_counted_by_band,
        coalesce(standing in ('inside', 'inside idle'), false) as is_inside_band,
        coalesce(standing = 'above', false) as has_active_above_band,
        coalesce(standing in ('above', 'above idle'), false) as has_above_band,
        threshold_value,
        case when measure = 'sum' then active_value else threshold_value end as tenant_value,
        cast(null as integer) as deciding_workload_number,
        exclusion_rank
    from azure_against_bands

),

-- It has several workloads, of which the best standing counts.
m365_standings as (

    select
        pga_mpn_id,
        criterion_id,
        customer_tenant_key,
        month_number,
        {{ tenant_standing() }},
        -- of the workloads inside the band those that count before others; of several the largest
        coalesce(
            {{ first_value_by("case when standing = 'inside' then workload_number end", ['size_rank']) }},
            {{ first_value_by("case when standing = 'inside idle' then workload_number end", ['size_rank']) }},
            {{ first_value_by('workload_number', ['size_rank']) }}
        ) as deciding_workload_number,
        min(exclusion_rank) as exclusion_rank
    from m365_against_bands
    group by pga_mpn_id, criterion_id, customer_tenant_key, month_number

)

select * from azure_standings

union all

select * from m365_standings
