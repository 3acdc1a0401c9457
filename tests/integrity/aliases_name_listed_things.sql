-- An alias of something that no rule set lists is a typing error: it would never match.
select
    aliases.kind,
    aliases.listed_name,
    aliases.alias as unlisted_alias
from {{ ref('product_aliases') }} as aliases
left join {{ ref('int_rulebook_names') }} as names
    on
        aliases.kind = names.kind
        and aliases.listed_name = names.listed_name
where names.listed_name is null
