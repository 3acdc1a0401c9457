{#- Grain: line of the file of scenarios that cannot be done. -#}
with lines as (

    select
        *,
        case when amount is null and amount_text is not null then amount_text else active_amount_text end
            as unreadable_text
    from {{ ref('int_scenario_lines') }}
    where error_reason is not null

)

select
    cast(line_number as bigint) as line_number,
    source_file,
    scenario,
    pga_mpn_id,
    change_text as change,
    subject,
    case error_reason
        when 'missing_scenario' then 'The scenario has no name.'
        when 'unknown_change'
            then
                coalesce('The change ' || change_text, 'An empty change')
                || ' is none of azure_revenue, m365_seats, customer_lost and certification.'
        when 'unknown_partner' then coalesce('No report names a partner ' || pga_mpn_id, 'The PGA is empty') || '.'
        when 'missing_subject' then 'The subject is empty.'
        when 'invalid_amount' then 'The amount ' || unreadable_text || ' is no number, or too large.'
        when 'missing_amount' then 'The amount is empty.'
        when 'invalid_count' then 'The detail ' || detail || ' is no whole number of customers from 1 up.'
        when 'several_of_one_tenant'
            then
                'The customer ' || subject || ' is there already, so there cannot be ' || detail || ' of it.'
        when 'two_counts' then 'Another line of the scenario says another number of customers ' || subject || '.'
        when 'unknown_workload'
            then
                coalesce('No rule set that is scored lists the workload ' || detail, 'The workload is empty') || '.'
        when 'unknown_tenant' then 'The partner has no customer ' || subject || ' in the last scored month.'
        when 'unknown_certification'
            then
                coalesce('The rulebook has no certification ' || detail, 'The certification is empty') || '.'
        when 'invalid_certification_amount' then 'The amount ' || amount_text || ' is neither 1 nor -1.'
        when 'not_held' then 'The individual ' || subject || ' does not hold ' || detail || ' in the last scored month.'
    end as reason
from lines
