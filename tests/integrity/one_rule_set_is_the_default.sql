-- The scoreboard shows one rule set.
select count(*) as default_rulesets
from {{ ref('rulesets') }}
where is_default
having count(*) != 1
