-- A key is a hash of 64 bits: two texts of one key would be taken for one. Tenants are asked of the lines themselves: a
-- sum by key has taken two for one already.
with texts as (

    select
        customer_tenant_key as text_key,
        customer_tenant_id as key_text
    from {{ ref('stg_partner_center__azure_usage') }}
    where reject_reason is null

    union

    select
        customer_tenant_key as text_key,
        customer_tenant_id as key_text
    from {{ ref('stg_partner_center__cpor_m365_usage') }}
    where reject_reason is null

    union

    select
        known_key as text_key,
        known_name as key_text
    from {{ ref('int_rulebook_names') }}

    union

    select
        subscription_key as text_key,
        subscription_id as key_text
    from {{ ref('stg_partner_center__azure_subscription_offers') }}
    where subscription_id is not null

)

select text_key
from texts
group by text_key
having count(*) > 1
