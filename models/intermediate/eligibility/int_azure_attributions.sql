with usage_lines as (

    select * from {{ ref('int_azure_usage_lines') }}

),

texts as (

    select * from {{ ref('int_texts') }}

),

ruleset_eligibility as (

    select * from {{ ref('int_ruleset_eligibility') }}

),

associations as (

    select * from {{ ref('int_eligible_names') }}
    where track = 'azure' and kind = 'association'

),

eligibilities as (

    select distinct eligibility_id
    from ruleset_eligibility
    where track = 'azure'

),

pairs as (

    select distinct
        pga_mpn_id,
        mpn_id,
        association_key
    from usage_lines

),

pairs_matched_to_lists as (

    select
        eligibilities.eligibility_id,
        pairs.pga_mpn_id,
        pairs.mpn_id,
        pairs.association_key,
        coalesce(associations.listed_name, texts.normalized_text) as association,
        associations.listed_name is not null as is_eligible
    from pairs
    inner join texts
        on pairs.association_key = texts.text_key
    cross join eligibilities
    left join associations
        on
            texts.normalized_text = associations.known_name
            and eligibilities.eligibility_id = associations.eligibility_id

)

select
    eligibility_id,
    pga_mpn_id,
    mpn_id,
    association_key,
    is_eligible,
    cast(dense_rank() over (order by eligibility_id, pga_mpn_id) as integer) as account_number,
    -- two names of one association are one pair
    cast(
        dense_rank() over (
            partition by eligibility_id
            order by mpn_id, association, is_eligible
        ) as integer
    ) as attribution_rank
from pairs_matched_to_lists
