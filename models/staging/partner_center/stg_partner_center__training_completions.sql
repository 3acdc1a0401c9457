with source as (

    select * from {{ source('partner_center', 'training_completions').include(database=false) }}

),

renamed as (

    select
        -- ids
        export_date,
        {{ partner_id('PGAMpnId') }} as reported_pga_mpn_id,
        {{ partner_id('MpnId') }} as mpn_id,
        {{ clean_text('TrainingActivityId') }} as training_activity_id,
        lower(
            coalesce({{ clean_text('MCPID') }}, {{ clean_text('CorpEmail') }}, {{ clean_text('Email') }})
        ) as individual_key,

        -- training
        {{ normalize_text('TrainingTitle') }} as training_title,
        {{ normalize_text('TrainingType') }} as training_type,
        {{ clean_text('ActivationStatus') }} as activation_status,

        -- person
        {{ clean_text('IndividualFirstName') }} as first_name,
        {{ clean_text('IndividualLastName') }} as last_name,
        {{ clean_text('CorpEmail') }} as corporate_email,
        {{ clean_text('Email') }} as email,

        -- dates
        {{ parse_date('TrainingCompletionDate') }} as completion_date,
        {{ parse_date('ExpirationDate') }} as expiration_date,

        {{ source_row('source') }} as source_row
    from source

)

select
    *,
    case
        when individual_key is null then 'missing_individual'
        when completion_date is null then 'invalid_completion_date'
    end as reject_reason
from renamed
