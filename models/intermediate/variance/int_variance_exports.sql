{#- The report of a month holds until a newer export restates it: which older reports a score for Microsoft's points may
    have read. Of partners and months without such points there are none. -#}
with figures as (

    select distinct
        pga_mpn_id,
        as_of_month,
        {{ month_number('as_of_month') }} as month_number
    from {{ ref('int_partner_center_scores') }}
    where is_newest

),

accepted_usage as (

    select
        'azure' as track,
        pga_mpn_id,
        usage_month,
        export_date
    from {{ ref('int_azure_usage_by_export') }}
    where reject_reason is null

    union all

    select
        'm365' as track,
        pga_mpn_id,
        usage_month,
        export_date
    from {{ ref('int_m365_seats_by_export') }}
    where reject_reason is null

),

-- reports of the months that a figure reads
reports as (

    select distinct
        accepted_usage.track,
        figures.pga_mpn_id,
        figures.as_of_month,
        accepted_usage.usage_month,
        accepted_usage.export_date
    from accepted_usage
    inner join figures
        on
            accepted_usage.pga_mpn_id = figures.pga_mpn_id
            and accepted_usage.usage_month <= figures.as_of_month
    inner join {{ ref('int_track_criteria') }} as criteria
        on
            accepted_usage.track = criteria.track
            and {{ month_number('accepted_usage.usage_month') }} >= figures.month_number - criteria.history_months

),

-- what was known of a month before its first report is what that report says
versions as (

    select
        *,
        lag(export_date) over months_reports as previous_export_date,
        lead(export_date) over months_reports as superseded_on
    from reports
    window months_reports as (partition by track, pga_mpn_id, as_of_month, usage_month order by export_date)

),

-- the days on which the month itself was reported other than today
known_days as (

    select distinct
        pga_mpn_id,
        as_of_month,
        export_date as known_on
    from versions
    where usage_month = as_of_month and superseded_on is not null

)

select
    known_days.pga_mpn_id,
    known_days.as_of_month,
    known_days.known_on,
    versions.track,
    versions.usage_month,
    versions.export_date
from known_days
inner join versions
    on
        known_days.pga_mpn_id = versions.pga_mpn_id
        and known_days.as_of_month = versions.as_of_month
        and known_days.known_on < versions.superseded_on
        and (known_days.known_on >= versions.export_date or versions.previous_export_date is null)
