{#- Usage of a month counts by itself, and in the trailing years and comparisons of later months: what is kept of a
    month holds while its fingerprint here is the same. Logic and rule sets are in the fingerprints of the exports. -#}
with newest_exports as (

    select * from {{ ref('int_newest_exports') }}
    where usage_month is not null

),

exports as (

    select * from {{ ref('int_exports') }}

),

scored_months as (

    select * from {{ ref('int_scored_months') }}

),

-- an offer excludes the usage of every month
offer_inputs as (

    select coalesce({{ join_texts('export_fingerprint', 'export_fingerprint') }}, '') as inputs
    from exports
    where dataset = 'azure_subscription_offers'

),

usage_inputs as (

    select
        usage_month,
        {{ join_texts(
            "dataset || '=' || pga_mpn_id || '=' || export_fingerprint",
            "dataset || '=' || pga_mpn_id || '=' || export_fingerprint"
        ) }} as inputs
    from newest_exports
    group by usage_month

),

months as (

    select usage_month
    from usage_inputs

    union

    select as_of_month as usage_month
    from scored_months

),

months_with_usage as (

    select
        months.usage_month,
        {{ month_number('months.usage_month') }} as month_number,
        scored_months.is_outlook,
        {{ fingerprint("coalesce(usage_inputs.inputs, '') || '|' || offer_inputs.inputs") }} as usage_fingerprint
    from months
    cross join offer_inputs
    left join usage_inputs
        on months.usage_month = usage_inputs.usage_month
    left join scored_months
        on months.usage_month = scored_months.as_of_month

),

-- months that are not scored are in no trailing year
histories as (

    select
        later.month_number,
        {{ join_texts(
            "case when earlier.is_outlook then 'outlook' else earlier.usage_fingerprint end",
            'earlier.month_number'
        ) }} as inputs
    from months_with_usage as later
    inner join months_with_usage as earlier
        on later.month_number >= earlier.month_number
    where later.is_outlook is not null and earlier.is_outlook is not null
    group by later.month_number

)

select
    months_with_usage.usage_month,
    months_with_usage.month_number,
    months_with_usage.usage_fingerprint,
    {{ fingerprint('histories.inputs') }} as history_fingerprint
from months_with_usage
left join histories
    on months_with_usage.month_number = histories.month_number
