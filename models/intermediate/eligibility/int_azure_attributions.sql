{#- Of several pairs that report one usage the first counts (docs/rules.md, Deduplication of attributions). -#}
with attributions as (

    select distinct
        reported_pga_mpn_id,
        mpn_id,
        association
    from {{ ref('stg_partner_center__azure_usage') }}

),

locations as (

    select * from {{ ref('stg_partner_center__partner_profile') }}
    where is_newest

),

rulebook_names as (

    select * from {{ ref('int_rulebook_names') }}
    where track = 'azure' and is_first_of_eligibility

),

eligibilities as (

    select distinct eligibility_id from rulebook_names

),

associations as (

    select * from rulebook_names
    where kind = 'association'

),

pairs as (

    select distinct
        coalesce(attributions.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id,
        coalesce(attributions.mpn_id, '') as mpn_id,
        attributions.association
    from attributions
    left join locations
        on attributions.mpn_id = locations.mpn_id

),

pairs_matched_to_lists as (

    select
        eligibilities.eligibility_id,
        pairs.*,
        coalesce(associations.listed_name, pairs.association) as listed_name,
        associations.listed_name is not null as is_eligible
    from pairs
    cross join eligibilities
    left join associations
        on
            pairs.association = associations.known_name
            and eligibilities.eligibility_id = associations.eligibility_id
    where pairs.pga_mpn_id is not null

)

select
    eligibility_id,
    pga_mpn_id,
    mpn_id,
    association,
    is_eligible,
    -- two names of one association are one pair
    cast(
        dense_rank() over (partition by eligibility_id order by mpn_id, listed_name, is_eligible) as integer
    ) as attribution_rank
from pairs_matched_to_lists
