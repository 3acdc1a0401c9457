-- An alias of something that no rule set lists is a typing error: it would never match.
select
    product_aliases.kind,
    product_aliases.listed_name,
    product_aliases.alias as unlisted_alias
from {{ ref('product_aliases') }} as product_aliases
left join {{ ref('int_rulebook_names') }} as rulebook_names
    on
        product_aliases.kind = rulebook_names.kind
        and product_aliases.listed_name = rulebook_names.listed_name
where rulebook_names.listed_name is null
