with spellings as (

    select * from {{ ref('int_text_spellings') }}

)

select distinct
    text_key,
    normalized_text
from spellings
