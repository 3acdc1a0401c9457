-- Names are matched with the blanks within them, and Microsoft sets a blank before a number in one place but not in the
-- other: an association that ends in a number needs an alias without it. All rule sets, scored or not.
select distinct associations.association
from {{ ref('eligible_associations') }} as associations
left join {{ ref('product_aliases') }} as aliases
    on
        aliases.kind = 'association'
        and associations.association = aliases.listed_name
        and associations.association != aliases.alias
        and replace(associations.association, ' ', '') = replace(aliases.alias, ' ', '')
where associations.association like '% _' and aliases.alias is null
