-- Outputs fall back to one rule set for a month that no scored rule set ruled.
select count(*) as default_rulesets
from {{ ref('rulesets') }}
where is_default
having count(*) != 1
