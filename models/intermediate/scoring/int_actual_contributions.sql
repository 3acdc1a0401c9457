{#- What is grouped over workloads is kept; a revenue is held against the bands whenever asked for. Not so on engines
    that need an index or a partition to find a month: there all is written down. -#}
{{ config(
    materialized='view' if target.type == 'duckdb' else 'table',
    post_hook='{{ index_filters() }}',
    partition_by='month_number'
) }}
{%- set columns = [
    'pga_mpn_id', 'criterion_id', 'customer_tenant_key', 'month_number', 'is_counted_current', 'is_counted_prior',
    'is_inside_band', 'is_above_band', 'current_tenant_value', 'prior_tenant_value', 'current_threshold_value',
    'prior_threshold_value', 'deciding_workload_number', 'exclusion_rank',
] -%}
with m365_contributions as (

    select * from {{ ref('int_m365_contributions') }}

),

azure_contributions as (

    select * from {{ ref('int_tenant_contributions') }}
    where track = 'azure'

)

select
    {{ columns | join(',\n    ') }}
from m365_contributions

union all

select
    {{ columns | join(',\n    ') }}
from azure_contributions
