-- int_azure_tenant_months takes for unlisted what lines of listed services leave. Here the lines of the newest export
-- are asked themselves: a line lost, doubled or matched to another service would differ.
with usage_lines as (

    select * from {{ ref('stg_partner_center__azure_usage') }}
    where export_date = {{ last_export_of('azure_usage') }} and reject_reason is null

),

locations as (

    select * from {{ ref('stg_partner_center__partner_profile') }}
    where is_newest

),

eligibilities as (

    select distinct eligibility_id
    from {{ ref('int_rulebook_names') }}
    where track = 'azure'

),

services as (

    select distinct
        eligibility_id,
        known_key
    from {{ ref('int_rulebook_names') }}
    where track = 'azure' and kind = 'service' and is_first_of_eligibility

),

usage_by_service as (

    select
        coalesce(usage_lines.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id,
        usage_lines.usage_month,
        usage_lines.service_level_2_key,
        usage_lines.service_level_3_key,
        usage_lines.service_level_4_key,
        sum(usage_lines.acr_usd) as acr_usd
    from usage_lines
    left join locations
        on usage_lines.mpn_id = locations.mpn_id
    group by
        coalesce(usage_lines.reported_pga_mpn_id, locations.pga_mpn_id),
        usage_lines.usage_month,
        usage_lines.service_level_2_key,
        usage_lines.service_level_3_key,
        usage_lines.service_level_4_key

),

exported as (

    select
        eligibilities.eligibility_id,
        usage_by_service.pga_mpn_id,
        usage_by_service.usage_month,
        sum(
            case
                when coalesce(level_2.known_key, level_3.known_key, level_4.known_key) is null
                    then usage_by_service.acr_usd
                else 0
            end
        ) as unlisted_acr_usd
    from usage_by_service
    cross join eligibilities
    left join services as level_2
        on
            usage_by_service.service_level_2_key = level_2.known_key
            and eligibilities.eligibility_id = level_2.eligibility_id
    left join services as level_3
        on
            usage_by_service.service_level_3_key = level_3.known_key
            and eligibilities.eligibility_id = level_3.eligibility_id
    left join services as level_4
        on
            usage_by_service.service_level_4_key = level_4.known_key
            and eligibilities.eligibility_id = level_4.eligibility_id
    where usage_by_service.pga_mpn_id is not null
    group by
        eligibilities.eligibility_id,
        usage_by_service.pga_mpn_id,
        usage_by_service.usage_month

),

tenant_months as (

    select
        eligibility_id,
        pga_mpn_id,
        usage_month,
        sum(service_not_listed_acr_usd) as unlisted_acr_usd
    from {{ ref('int_azure_tenant_months') }}
    group by
        eligibility_id,
        pga_mpn_id,
        usage_month

)

select
    exported.eligibility_id,
    exported.pga_mpn_id,
    exported.usage_month,
    exported.unlisted_acr_usd as exported_acr_usd,
    tenant_months.unlisted_acr_usd
from exported
left join tenant_months
    on
        exported.eligibility_id = tenant_months.eligibility_id
        and exported.pga_mpn_id = tenant_months.pga_mpn_id
        and exported.usage_month = tenant_months.usage_month
where exported.unlisted_acr_usd is distinct from tenant_months.unlisted_acr_usd
