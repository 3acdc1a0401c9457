/* What stands behind a customer's reason: its figures, beside what the rules ask of them.
   One row per partner, rule set, metric, track, month that is looked at, and figure of the customer.

   `month_role` says which month of the comparison a row is of: now, or the month it is compared with. `figure` is
   the Azure revenue of the trailing year, or the seats of a workload; what is not eligible stands beside it
   with its reason. `figure_value` must lie between `minimum_value` and `maximum_value`, and `active_value` must reach
   `active_value_asked`; `verdict` says whether they do. One figure that lies in the band and is active enough makes
   the customer count. A customer that outgrew the band may count still: docs/rules.md, Carry-over.

   Set the customer (a name or a tenant id), and, if you like, a month and a rule set; empty stands for the last
   scored month and for all rule sets. */
{% set customer = var('customer', 'Ironbark Timber') %}
{% set as_of_month = var('as_of_month', '') %}
{% set ruleset_id = var('ruleset_id', '') %}

with chosen_customers as (

    select
        dim_customer.customer_name,
        customers.pga_mpn_id,
        customers.customer_tenant_key
    from {{ ref('int_customers') }} as customers
    inner join {{ ref('dim_customer') }} as dim_customer
        on
            customers.pga_mpn_id = dim_customer.pga_mpn_id
            and customers.customer_tenant_id = dim_customer.customer_tenant_id
    where
        lower(dim_customer.customer_name) = lower('{{ customer | replace("'", "''") }}')
        or dim_customer.customer_tenant_id = lower('{{ customer | replace("'", "''") }}')

),

criteria as (

    select
        criteria.*,
        looked_at.month_role,
        months.month_number - looked_at.months_before * criteria.comparison_months as month_number
    from {{ ref('int_track_criteria') }} as criteria
    inner join {{ ref('dim_month') }} as months
        on
            {% if as_of_month -%}
                months.as_of_month = cast('{{ as_of_month }}' as date)
            {%- else -%}
                months.is_last_scored_month
            {%- endif %}
    cross join (values (0, 'now'), (1, 'compared with')) as looked_at (months_before, month_role)
    where
        criteria.ruleset_id like '{{ ruleset_id or "%" }}'
        and criteria.track != 'skilling'

),

criteria_months as (

    select distinct month_number
    from criteria

),

revenue as (

    select
        revenue.*,
        criteria_months.month_number as last_month_number
    from {{ ref('int_azure_tenant_months') }} as revenue
    inner join chosen_customers
        on
            revenue.pga_mpn_id = chosen_customers.pga_mpn_id
            and revenue.customer_tenant_key = chosen_customers.customer_tenant_key
    -- the trailing year
    inner join criteria_months
        on revenue.month_number between criteria_months.month_number - 11 and criteria_months.month_number

),

workloads as (

    select distinct
        listed_number,
        listed_name
    from {{ ref('int_rulebook_names') }}
    where kind = 'workload'

),

figures as (

    {% for column, reason in [
        ('counted_acr_usd', none),
        ('service_not_listed_acr_usd', 'service_not_listed'),
        ('offer_excluded_acr_usd', 'offer_excluded'),
        ('association_not_eligible_acr_usd', 'association_not_eligible'),
        ('duplicate_acr_usd', 'duplicate'),
    ] -%}
        select
            pga_mpn_id,
            'azure' as track,
            eligibility_id,
            customer_tenant_key,
            last_month_number as month_number,
            'USD of the trailing year{{ ", not counted" if reason }}' as figure,
            {{ "'" ~ reason ~ "'" if reason else 'cast(null as varchar)' }} as exclusion_reason,
            sum({{ column }}) as figure_value,
            sum({{ column }}) as active_value,
            cast(null as decimal(18, 4)) as active_users
        from revenue
        group by pga_mpn_id, eligibility_id, customer_tenant_key, last_month_number
        having {{ 'sum(' ~ column ~ ') != 0' if reason else 'count(*) > count(exclusion_reason)' }}

        union all

    {% endfor -%}

    select
        seats.pga_mpn_id,
        'm365' as track,
        seats.eligibility_id,
        seats.customer_tenant_key,
        seats.month_number,
        'seats of ' || coalesce(workloads.listed_name, 'a workload that is not listed') as figure,
        seats.exclusion_reason,
        seats.paid_seats as figure_value,
        seats.active_paid_seats as active_value,
        seats.active_users
    from {{ ref('int_m365_workload_months') }} as seats
    inner join chosen_customers
        on
            seats.pga_mpn_id = chosen_customers.pga_mpn_id
            and seats.customer_tenant_key = chosen_customers.customer_tenant_key
    left join workloads
        on seats.workload_number = workloads.listed_number

)

select
    chosen_customers.customer_name,
    figures.pga_mpn_id,
    criteria.ruleset_id,
    criteria.metric,
    figures.track,
    criteria.month_role,
    months.as_of_month as figure_month,
    figures.figure,
    figures.figure_value,
    criteria.minimum_value,
    criteria.maximum_value,
    figures.active_users,
    figures.active_value,
    criteria.minimum_active_share * figures.figure_value as active_value_asked,
    case
        when figures.exclusion_reason is not null then figures.exclusion_reason
        when
            figures.figure_value < criteria.minimum_value
            or (figures.figure_value = criteria.minimum_value and not criteria.is_minimum_included)
            then 'below_threshold'
        when
            figures.figure_value > criteria.maximum_value
            or (figures.figure_value = criteria.maximum_value and not criteria.is_maximum_included)
            then 'above_band'
        when figures.active_value < criteria.minimum_active_share * figures.figure_value then 'active_share_too_low'
        else 'counts'
    end as verdict
from figures
inner join chosen_customers
    on
        figures.pga_mpn_id = chosen_customers.pga_mpn_id
        and figures.customer_tenant_key = chosen_customers.customer_tenant_key
inner join criteria
    on
        figures.track = criteria.track
        and figures.eligibility_id = criteria.eligibility_id
        and figures.month_number = criteria.month_number
left join {{ ref('dim_month') }} as months
    on figures.month_number = months.month_number
order by
    figures.pga_mpn_id asc,
    criteria.ruleset_id asc,
    criteria.metric asc,
    figures.track asc,
    criteria.month_role desc,
    figures.exclusion_reason asc nulls first,
    figures.figure_value desc
