with exports as (

    select * from {{ ref('stg_partner_center__exports') }}

),

locations as (

    select * from {{ ref('int_partner_locations') }}

),

-- rows of a location without a PGA of their own are kept under the PGA that the profile gives it
location_lookup as (

    select coalesce({{ join_texts("mpn_id || '=' || pga_mpn_id", 'mpn_id') }}, '') as lookup
    from locations

)

select
    exports.dataset,
    exports.export_date,
    exports.file_count,
    exports.byte_count,
    exports.content_fingerprint,
    {{ fingerprint(
        "exports.dataset"
        ~ " || '|' || cast(exports.export_date as " ~ dbt.type_string() ~ ")"
        ~ " || '|' || exports.content_fingerprint"
        ~ " || '|' || exports.logic_fingerprint"
        ~ " || '|' || location_lookup.lookup"
        ~ " || '|" ~ var('rulesets') | join(',') ~ "'"
    ) }} as export_fingerprint
from exports
cross join location_lookup
