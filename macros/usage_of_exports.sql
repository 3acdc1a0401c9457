{% macro azure_usage_listed(exports) -%}
    {#- The CTEs that match Azure lines to the lists, of the newest exports and of older ones alike. The partner's own list
        says the offer before the line does (docs/rules.md, Excluded offers). `exports` names a CTE that says which exports
        to read, by pga_mpn_id, usage_month and export_date. -#}
    usage_lines as (

        select * from {{ ref('stg_partner_center__azure_usage').include(database=false) }}
        where reject_reason is null

    ),

    locations as (

        select * from {{ ref('stg_partner_center__partner_profile').include(database=false) }}
        where is_newest

    ),

    services as (

        select * from {{ ref('int_azure_services').include(database=false) }}

    ),

    attributions as (

        select * from {{ ref('int_azure_attributions').include(database=false) }}

    ),

    excluded_offers as (

        select * from {{ ref('int_rulebook_names').include(database=false) }}
        where track = 'azure' and kind = 'offer' and is_first_of_eligibility

    ),

    subscriptions as (

        select * from {{ ref('stg_partner_center__azure_subscription_offers').include(database=false) }}
        where is_newest

    ),

    partner_usage as (

        select
            usage_lines.*,
            coalesce(usage_lines.reported_pga_mpn_id, locations.pga_mpn_id) as pga_mpn_id
        from usage_lines
        left join locations
            on usage_lines.mpn_id = locations.mpn_id

    ),

    -- The offer is asked first: usage that only the association excludes would be eligible once the partner links it.
    usage_listed as (

        select
            partner_usage.pga_mpn_id,
            services.eligibility_id,
            partner_usage.usage_month,
            partner_usage.export_date,
            partner_usage.customer_tenant_key,
            partner_usage.subscription_key,
            services.service_number,
            attributions.attribution_rank,
            -- an unreadable flag ranks behind both readable ones
            coalesce(partner_usage.duplicate_flag, 2) as duplicate_flag,
            coalesce(subscriptions.offer_name, partner_usage.offer_name) is null as is_unknown_offer,
            partner_usage.acr_usd,
            case
                when excluded_offers.listed_name is not null then 'offer_excluded'
                when not attributions.is_eligible then 'association_not_eligible'
            end as exclusion_reason
        from partner_usage
        inner join {{ exports }}
            on
                partner_usage.pga_mpn_id = {{ exports }}.pga_mpn_id
                and partner_usage.usage_month = {{ exports }}.usage_month
                and partner_usage.export_date = {{ exports }}.export_date
        inner join services
            on
                partner_usage.service_level_2_key = services.service_level_2_key
                and partner_usage.service_level_3_key = services.service_level_3_key
                and partner_usage.service_level_4_key = services.service_level_4_key
        inner join attributions
            on
                services.eligibility_id = attributions.eligibility_id
                and partner_usage.pga_mpn_id = attributions.pga_mpn_id
                and coalesce(partner_usage.mpn_id, '') = attributions.mpn_id
                and partner_usage.association = attributions.association
        left join subscriptions
            on partner_usage.subscription_key = subscriptions.subscription_key
        left join excluded_offers
            on
                coalesce(subscriptions.offer_name, partner_usage.offer_name) = excluded_offers.known_name
                and services.eligibility_id = excluded_offers.eligibility_id

    )
{%- endmacro %}


{% macro azure_usage_counted_once(keys) -%}
    {#- The CTEs that count one attribution of a usage (docs/rules.md, Deduplication of attributions). They read
        `usage_listed`, whose columns `keys` keep exports apart that are read side by side. -#}
    {%- set tenant_month = keys + ['pga_mpn_id', 'eligibility_id', 'usage_month', 'customer_tenant_key'] %}
    {%- set pair_columns = ['subscription_key', 'service_number', 'attribution_rank'] %}
    {%- set pair_order = ['duplicate_flag', 'attribution_rank'] %}
    labelled_usage as (

        select
            *,
            -- the offer is the same for all pairs that report a usage; only the association differs
            coalesce(exclusion_reason = 'offer_excluded', false) as is_offer_excluded
        from usage_listed

    ),

    -- Rows of one pair may differ in what was not matched: a level below the service. What no pair can make count needs
    -- no pair: it folds into a row per tenant.
    usage_of_pairs as (

        select
            {{ tenant_month | join(', ') }},
            is_offer_excluded,
            {% for column in pair_columns -%}
                case when not is_offer_excluded then {{ column }} end as {{ column }},
            {% endfor -%}
            count(exclusion_reason) = 0 as is_eligible,
            min(duplicate_flag) as duplicate_flag,
            bool_or(is_unknown_offer) as is_unknown_offer,
            sum(acr_usd) as acr_usd
        from labelled_usage
        group by
            {{ tenant_month | join(', ') }},
            {% for column in pair_columns -%}
                case when not is_offer_excluded then {{ column }} end,
            {% endfor -%}
            is_offer_excluded

    ),

    usage_of_services as (

        select
            {{ tenant_month | join(', ') }},
            subscription_key,
            service_number,
            is_offer_excluded,
            bool_or(is_unknown_offer) as is_unknown_offer,
            bool_or(is_eligible) as is_counted,
            bool_and(is_eligible) as is_eligible_by_all,
            sum(acr_usd) as acr_usd,
            sum(case when is_eligible then acr_usd else 0 end) as eligible_acr_usd,
            {{ first_value_by('case when is_eligible then acr_usd end', pair_order) }} as first_eligible_acr_usd,
            {{ first_value_by('acr_usd', pair_order) }} as first_acr_usd
        from usage_of_pairs
        group by {{ tenant_month | join(', ') }}, subscription_key, service_number, is_offer_excluded

    )
{%- endmacro %}


{% macro m365_seats_matched_to_lists(seats) -%}
    {#- The CTEs that match seats to the lists. `seats` names a CTE with rows of int_m365_seats_by_export. -#}
    names as (

        select * from {{ ref('int_rulebook_names') }}
        where track = 'm365' and is_first_of_eligibility

    ),

    eligibilities as (

        select distinct eligibility_id from names

    ),

    workloads as (

        select * from names
        where kind = 'workload'

    ),

    associations as (

        select * from names
        where kind = 'association'

    ),

    seats_matched_to_lists as (

        select
            eligibilities.eligibility_id,
            {{ seats }}.*,
            workloads.listed_number as workload_number,
            case when workloads.listed_number is null then {{ seats }}.workload_key end as unlisted_workload_key,
            case
                when workloads.listed_number is null then 'workload_not_listed'
                when associations.listed_name is null then 'association_not_eligible'
            end as exclusion_reason
        from {{ seats }}
        cross join eligibilities
        left join workloads
            on
                {{ seats }}.workload_key = workloads.known_key
                and eligibilities.eligibility_id = workloads.eligibility_id
        left join associations
            on
                {{ seats }}.association_key = associations.known_key
                and eligibilities.eligibility_id = associations.eligibility_id

    )
{%- endmacro %}
