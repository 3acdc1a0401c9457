{#- Grain: PGA and individual. The one relation, beside the rows of the reports and those set aside, that holds names of
    people. -#}
with completions as (

    select * from {{ ref('stg_partner_center__training_completions').include(database=false) }}
    where reject_reason is null

),

locations as (

    select * from {{ ref('stg_partner_center__partner_profile').include(database=false) }}
    where is_newest

),

completions_with_partner as (

    select
        completions.*,
        coalesce(completions.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id
    from completions
    left join locations
        on completions.mpn_id = locations.mpn_id

),

ranked as (

    select
        *,
        row_number() over (
            partition by pga_mpn_id, individual_key
            order by export_date desc, completion_date desc, training_activity_id desc nulls last
        ) as newest_rank
    from completions_with_partner
    where pga_mpn_id is not null

)

select
    pga_mpn_id,
    {{ individual_id('pga_mpn_id', 'individual_key') }} as individual_id,
    first_name,
    last_name,
    corporate_email,
    email
from ranked
where newest_rank = 1
