-- What engines spell differently stands in macros: each is tried here on literal values, wherever the project is built.
with dates as (

    select
        cases.written,
        cast(cases.expected as date) as expected
    from (
        values
        ('2024-05-01', '2024-05-01'),
        ('2024-5-1', '2024-05-01'),
        ('5/1/2024', '2024-05-01'),
        ('05/01/2024 12:00:00 AM', '2024-05-01'),
        ('5/1/2024 0:00', '2024-05-01'),
        ('2024-05-01 00:00:00', '2024-05-01'),
        ('2024-05-01T23:59:59', '2024-05-01'),
        ('2024-05-01T00:00:00Z', '2024-05-01'),
        ('2024-05-01 00:00:00.123456', '2024-05-01'),
        ('2024-05-01 1:00 pm', '2024-05-01'),
        ('  2024-05-01  ', '2024-05-01'),
        ('2024-02-29', '2024-02-29'),
        ('1901-01-01', '1901-01-01'),
        ('9999-12-31', '9999-12-31'),
        ('2023-02-29', null),
        ('4/31/2024', null),
        ('13/1/2024', null),
        ('2024-00-01', null),
        ('1900-12-31', null),
        ('5/1/24', null),
        ('2024-05', null),
        ('2024/05/01', null),
        ('2024-05-01x', null),
        ('2024-05-01 24:00:00', null),
        ('2024-05-01 13:00 PM', null),
        ('2024-05-01 1:00PM', null),
        ('2024-05-01T00:00:00+00:00', null),
        ('2024-05-01 00:00:00.1234567', null),
        ('epoch', null),
        ('today', null),
        ('infinity', null),
        ('45413', null),
        ('', null),
        (null, null)
    ) as cases (written, expected)

),

month_names as (

    select
        cases.written,
        cast(cases.expected as date) as expected
    from (
        values
        ('JAN-2023', '2023-01-01'),
        ('FEB-2023', '2023-02-01'),
        ('MAR-2023', '2023-03-01'),
        ('APR-2023', '2023-04-01'),
        ('MAY-2023', '2023-05-01'),
        ('JUN-2023', '2023-06-01'),
        ('JUL-2023', '2023-07-01'),
        ('AUG-2023', '2023-08-01'),
        ('SEP-2023', '2023-09-01'),
        ('OCT-2023', '2023-10-01'),
        ('NOV-2023', '2023-11-01'),
        ('DEC-2023', '2023-12-01'),
        ('apr-2023', '2023-04-01'),
        ('aPr-2023', '2023-04-01'),
        ('  Apr-2023  ', '2023-04-01'),
        (chr(9) || 'Apr-2023' || chr(13), '2023-04-01'),
        (chr(160) || 'Apr-2023' || chr(160), '2023-04-01'),
        ('Jan-1901', '1901-01-01'),
        ('Dec-9999', '9999-12-01'),
        ('Dec-1900', null),
        ('APRIL-2023', null),
        ('JUNE-2023', null),
        ('SEPT-2023', null),
        ('APR 2023', null),
        ('APR - 2023', null),
        ('APR/2023', null),
        ('APR-23', null),
        ('APR-023', null),
        ('APR-02023', null),
        ('APR-20233', null),
        ('APR--2023', null),
        ('XXX-2023', null),
        ('OKT-2023', null),
        ('01-APR-2023', null),
        ('APR-01-2023', null),
        ('APR-2023-01', null),
        ('APR-2023 00:00', null),
        ('2023-APR', null),
        ('APR', null)
    ) as cases (written, expected)

),

partner_ids as (

    select
        cases.written,
        cases.expected
    from (
        values
        ('99100000', '99100000'),
        ('99100000.0', '99100000'),
        ('99100000.00', '99100000'),
        (' 99100000.0' || chr(13), '99100000'),
        ('0.0', '0'),
        ('007.0', '007'),
        ('99100000.', '99100000.'),
        ('99100000.5', '99100000.5'),
        ('99100000.01', '99100000.01'),
        ('99100000.10', '99100000.10'),
        ('9910.0000.0', '9910.0000.0'),
        ('99100000,0', '99100000,0'),
        ('-99100000.0', '-99100000.0'),
        ('9.91e7', '9.91e7'),
        ('mpn-1.0', 'mpn-1.0'),
        ('.0', '.0'),
        ('', null),
        (' ', null),
        (null, null)
    ) as cases (written, expected)

),

numbers as (

    select
        cases.written,
        cast(cases.as_money as decimal(28, 10)) as as_money,
        cast(cases.as_seats as decimal(18, 4)) as as_seats,
        cast(cases.as_flag as integer) as as_flag
    from (
        values
        ('1', '1', '1', '1'),
        (' +1.5 ', '1.5', '1.5', '2'),
        ('-2.5', '-2.5', '-2.5', '-3'),
        ('.5', '0.5', '0.5', '1'),
        ('5.', '5', '5', '5'),
        ('1e2', '100', '100', '100'),
        ('1E-3', '0.001', '0.001', '0'),
        ('1_000', '1000', '1000', '1000'),
        ('0.00000000005', '0.0000000001', '0', '0'),
        ('999999999999999999.99999999994', '999999999999999999.9999999999', null, null),
        ('999999999999999999.99999999995', null, null, null),
        ('99999999999999.99994', '99999999999999.99994', '99999999999999.9999', null),
        ('99999999.9999999999', '99999999.9999999999', '100000000', '100000000'),
        ('99999999.99999999995', '100000000', '100000000', '100000000'),
        ('1711956.595459495005009e1', '17119565.9545949501', '17119565.9546', '17119566'),
        ('2147483647', '2147483647', '2147483647', '2147483647'),
        ('2147483648', '2147483648', '2147483648', null),
        ('1e400', null, null, null),
        ('nan', null, null, null),
        ('Infinity', null, null, null),
        ('1,5', null, null, null),
        ('1 000', null, null, null),
        ('1.2.3', null, null, null),
        ('１２', null, null, null),
        ('12d', null, null, null),
        ('.', null, null, null),
        ('n/a', null, null, null),
        ('', null, null, null),
        (null, null, null, null)
    ) as cases (written, as_money, as_seats, as_flag)

),

texts as (

    select
        cases.written,
        cases.cleaned,
        cases.normalized
    from (
        values
        ('  Azure   SQL ', 'Azure   SQL', 'azure sql'),
        (
            chr(9) || 'Azure' || chr(160) || chr(10) || 'SQL' || chr(13),
            'Azure' || chr(160) || chr(10) || 'SQL',
            'azure sql'
        ),
        (chr(160) || 'ÉCOLE' || chr(160), 'ÉCOLE', 'école'),
        ('it''s 5\6 (a+b) "c"', 'it''s 5\6 (a+b) "c"', 'it''s 5\6 (a+b) "c"'),
        (' ' || chr(9) || chr(160), null, ''),
        (null, null, null)
    ) as cases (written, cleaned, normalized)

),

members as (

    select
        cases.member_group,
        cases.member,
        cases.ranking
    from (
        values
        ('both', 'second', 2),
        ('both', 'first', 1),
        ('both', null, 0),
        ('both', null, 3),
        ('none', null, 1)
    ) as cases (member_group, member, ranking)

),

aggregated as (

    select
        member_group,
        {{ first_value_by('member', ['cast(ranking as ' ~ dbt.type_string() ~ ')', "coalesce(member, '')"]) }}
            as first_member,
        {{ last_value_by('member', ['ranking', 'member']) }} as last_member,
        {{ join_texts('member', 'ranking') }} as joined_members,
        bool_or(ranking > 2) as has_third
    from members
    group by member_group

),

months as (

    select {{ month_series('first_month', 'last_month') }} as series_month
    from (
        select
            cast('2023-11-01' as date) as first_month,
            cast('2024-02-01' as date) as last_month
    ) as bounds

),

lists as (

    select {{ unnest_list('listed') }} as element
    from (
        select {{ list_of('cases.element_text') }} as listed
        from (values ('one'), (null)) as cases (element_text)
        where cases.element_text is not null
        union all
        select case when 1 = 0 then {{ list_of("'two'") }} end as listed
    ) as listings

)

select
    'parse_date' as macro_name,
    written
from dates
where {{ parse_date('written') }} is distinct from expected

union all

select
    'parse_month' as macro_name,
    written
from dates
where {{ parse_month('written') }} is distinct from {{ month_of('expected') }}

union all

-- a month is no date: only parse_month reads its name
select
    'parse_month, parse_date' as macro_name,
    written
from month_names
where
    {{ parse_month('written') }} is distinct from expected
    or {{ parse_date('written') }} is not null

union all

select
    'partner_id' as macro_name,
    written
from partner_ids
where {{ partner_id('written') }} is distinct from expected

union all

select
    'try_cast' as macro_name,
    written
from numbers
where
    {{ try_cast('written', 'decimal(28, 10)') }} is distinct from as_money
    or {{ try_cast('written', 'decimal(18, 4)') }} is distinct from as_seats
    or {{ try_cast('written', 'integer') }} is distinct from as_flag

union all

select
    'clean_text, normalize_text' as macro_name,
    written
from texts
where
    {{ clean_text('written') }} is distinct from cleaned
    or {{ normalize_text('written') }} is distinct from normalized

union all

-- texts that are matched have one key, and others do not; a missing text has that of an empty one
select
    'text_key' as macro_name,
    texts.written
from texts
cross join texts as other_texts
where
    {{ text_key('texts.written') }} is null
    or ({{ text_key('texts.written') }} = {{ text_key('other_texts.normalized') }})
    != (coalesce(texts.normalized, '') = coalesce(other_texts.normalized, ''))

union all

select
    'first_value_by, last_value_by, join_texts' as macro_name,
    member_group as written
from aggregated
where
    first_member is distinct from case when member_group = 'both' then 'first' end
    or last_member is distinct from case when member_group = 'both' then 'second' end
    or joined_members is distinct from case when member_group = 'both' then 'first, second' end
    or has_third != (member_group = 'both')

union all

select
    'month_series' as macro_name,
    cast(min(series_month) as {{ dbt.type_string() }}) as written
from months
having
    count(*) != 4
    or min(series_month) != cast('2023-11-01' as date)
    or max(series_month) != cast('2024-02-01' as date)

union all

select
    'list_of, unnest_list' as macro_name,
    max(element) as written
from lists
having count(*) != 1 or max(element) != 'one'

union all

select
    'grouped_number, day_in_words' as macro_name,
    written
from (
    select
        {{ grouped_number("cast(1234567.5 as decimal(28, 10))", 2) }}
        || ' ' || {{ grouped_number("cast(0 as decimal(28, 10))", 2) }}
        || ' ' || {{ grouped_number("ceil(cast(1200.3 as decimal(18, 4)))", 0) }}
        || ' ' || {{ day_in_words("cast('2024-06-09' as date)", 'day') }}
        || ' ' || {{ day_in_words("cast('2024-06-09' as date)", 'month') }} as written
) as words
where written != '1,234,567.50 0.00 1,201 9 June 2024 June 2024'
