/* Why is the total of a month not that of the month before? From the total down to single customers and people.

   Read from the top, per partner: the line `total`, then the lines `metric` whose points changed (they add up
   to the total, but for rounding and caps), below each its `track` lines (value: change against a year ago),
   and below those the customers and individuals behind the change. A customer's `value_change` is what its
   contribution rose or fell by: those of a track add up to the track's. A track may change without a point:
   only full units count, and only up to the maximum.

   Both months are scored by the same rules. Set a partner, a month and a rule set; empty stands for all partners,
   the last scored month and the rules in force in it, each partner on its better path. */
{% set pga_mpn_id = var('pga_mpn_id', '') %}
{% set as_of_month = var('as_of_month', '') %}
{% set ruleset_id = var('ruleset_id', '') %}

with chosen_months as (

    select
        months.as_of_month,
        earlier_months.as_of_month as month_before
    from {{ ref('dim_month') }} as months
    inner join {{ ref('dim_month') }} as earlier_months
        on months.month_number - 1 = earlier_months.month_number
    where
        {% if as_of_month -%}
            months.as_of_month = cast('{{ as_of_month }}' as date)
        {%- else -%}
            months.is_last_scored_month
        {%- endif %}

),

chosen_partners as (

    select
        partners.pga_mpn_id,
        partners.partner_name,
        designations.ruleset_id,
        chosen_months.as_of_month,
        chosen_months.month_before
    from {{ ref('dim_partner') }} as partners
    inner join {{ ref('fct_designation') }} as designations
        on partners.pga_mpn_id = designations.pga_mpn_id
    inner join chosen_months
        on designations.as_of_month = chosen_months.as_of_month
    where
        {% if ruleset_id -%}
            designations.ruleset_id = '{{ ruleset_id }}'
        {%- else -%}
            designations.is_headline
        {%- endif %}
        and partners.pga_mpn_id like '{{ pga_mpn_id or "%" }}'

),

total_changes as (

    select
        chosen_partners.pga_mpn_id,
        '' as metric,
        '' as track,
        1 as line_rank,
        'total' as line_kind,
        designations.designation_status as subject,
        null as reason,
        null as value_before,
        null as value_now,
        designations_before.total_points as points_before,
        designations.total_points as points_now
    from chosen_partners
    inner join {{ ref('fct_designation') }} as designations
        on
            chosen_partners.pga_mpn_id = designations.pga_mpn_id
            and chosen_partners.ruleset_id = designations.ruleset_id
            and chosen_partners.as_of_month = designations.as_of_month
    inner join {{ ref('fct_designation') }} as designations_before
        on
            chosen_partners.pga_mpn_id = designations_before.pga_mpn_id
            and chosen_partners.ruleset_id = designations_before.ruleset_id
            and chosen_partners.month_before = designations_before.as_of_month

),

metric_changes as (

    select
        chosen_partners.pga_mpn_id,
        scores.metric,
        '' as track,
        2 as line_rank,
        'metric' as line_kind,
        scores.metric as subject,
        null as reason,
        scores_before.earned_units as value_before,
        scores.earned_units as value_now,
        scores_before.points as points_before,
        scores.points as points_now
    from chosen_partners
    inner join {{ ref('fct_metric_score') }} as scores
        on
            chosen_partners.pga_mpn_id = scores.pga_mpn_id
            and chosen_partners.ruleset_id = scores.ruleset_id
            and chosen_partners.as_of_month = scores.as_of_month
    inner join {{ ref('fct_metric_score') }} as scores_before
        on
            chosen_partners.pga_mpn_id = scores_before.pga_mpn_id
            and chosen_partners.ruleset_id = scores_before.ruleset_id
            and chosen_partners.month_before = scores_before.as_of_month
            and scores.metric = scores_before.metric

),

track_changes as (

    select
        chosen_partners.pga_mpn_id,
        tracks.metric,
        tracks.track,
        3 as line_rank,
        'track' as line_kind,
        tracks.track as subject,
        null as reason,
        coalesce(tracks_before.change_value, tracks_before.current_value) as value_before,
        coalesce(tracks.change_value, tracks.current_value) as value_now,
        null as points_before,
        null as points_now
    from chosen_partners
    inner join {{ ref('fct_metric_track') }} as tracks
        on
            chosen_partners.pga_mpn_id = tracks.pga_mpn_id
            and chosen_partners.ruleset_id = tracks.ruleset_id
            and chosen_partners.as_of_month = tracks.as_of_month
    inner join {{ ref('fct_metric_track') }} as tracks_before
        on
            chosen_partners.pga_mpn_id = tracks_before.pga_mpn_id
            and chosen_partners.ruleset_id = tracks_before.ruleset_id
            and chosen_partners.month_before = tracks_before.as_of_month
            and tracks.metric = tracks_before.metric
            and tracks.track = tracks_before.track

),

-- a customer whose windows have both run dry has no row any more
customer_changes as (

    select
        chosen_partners.pga_mpn_id,
        contributions.metric,
        contributions.track,
        4 as line_rank,
        'customer' as line_kind,
        customers.customer_name as subject,
        coalesce(
            max(case when contributions.as_of_month = chosen_partners.month_before then contributions.reason end), '-'
        )
        || ' > '
        || coalesce(
            max(case when contributions.as_of_month = chosen_partners.as_of_month then contributions.reason end), '-'
        ) as reason,
        coalesce(
            sum(case when contributions.as_of_month = chosen_partners.month_before then contributions.contribution end),
            0
        ) as value_before,
        coalesce(
            sum(case when contributions.as_of_month = chosen_partners.as_of_month then contributions.contribution end),
            0
        ) as value_now,
        null as points_before,
        null as points_now
    from chosen_partners
    inner join {{ ref('fct_customer_contribution') }} as contributions
        on
            chosen_partners.pga_mpn_id = contributions.pga_mpn_id
            and chosen_partners.ruleset_id = contributions.ruleset_id
            and contributions.as_of_month in (chosen_partners.month_before, chosen_partners.as_of_month)
    inner join {{ ref('dim_customer') }} as customers
        on
            contributions.pga_mpn_id = customers.pga_mpn_id
            and contributions.customer_tenant_id = customers.customer_tenant_id
    group by
        chosen_partners.pga_mpn_id,
        contributions.metric,
        contributions.track,
        customers.customer_tenant_id,
        customers.customer_name

),

individual_changes as (

    select
        chosen_partners.pga_mpn_id,
        tracks.metric,
        tracks.track,
        4 as line_rank,
        'individual' as line_kind,
        individuals.individual_id as subject,
        'missing steps now: '
        || coalesce(
            max(case when individuals.as_of_month = chosen_partners.as_of_month then individuals.missing_steps end), '-'
        ) as reason,
        count(case when individuals.as_of_month = chosen_partners.month_before and individuals.is_counted then 1 end)
            as value_before,
        count(case when individuals.as_of_month = chosen_partners.as_of_month and individuals.is_counted then 1 end)
            as value_now,
        null as points_before,
        null as points_now
    from chosen_partners
    inner join {{ ref('fct_metric_track') }} as tracks
        on
            chosen_partners.pga_mpn_id = tracks.pga_mpn_id
            and chosen_partners.ruleset_id = tracks.ruleset_id
            and chosen_partners.as_of_month = tracks.as_of_month
            and tracks.prior_value is null
    inner join {{ ref('fct_certified_individual') }} as individuals
        on
            chosen_partners.pga_mpn_id = individuals.pga_mpn_id
            and chosen_partners.ruleset_id = individuals.ruleset_id
            and individuals.as_of_month in (chosen_partners.month_before, chosen_partners.as_of_month)
    group by
        chosen_partners.pga_mpn_id,
        tracks.metric,
        tracks.track,
        individuals.individual_id

),

all_changes as (

    select * from total_changes
    union all
    select * from metric_changes
    union all
    select * from track_changes
    union all
    select * from customer_changes
    where value_before != value_now
    union all
    select * from individual_changes
    where value_before != value_now

)

select
    chosen_partners.partner_name,
    chosen_partners.as_of_month,
    all_changes.metric,
    all_changes.track,
    all_changes.line_kind,
    all_changes.subject,
    all_changes.reason,
    all_changes.value_before,
    all_changes.value_now,
    all_changes.value_now - all_changes.value_before as value_change,
    all_changes.points_before,
    all_changes.points_now,
    all_changes.points_now - all_changes.points_before as points_change
from all_changes
inner join chosen_partners
    on all_changes.pga_mpn_id = chosen_partners.pga_mpn_id
order by
    all_changes.pga_mpn_id asc,
    all_changes.metric asc,
    all_changes.track asc,
    all_changes.line_rank asc,
    abs(all_changes.value_now - all_changes.value_before) desc,
    all_changes.subject asc
