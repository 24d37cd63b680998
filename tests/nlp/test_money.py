"""Amounts: values, forms, and what is none."""

import random
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.money import find_amounts


def read(text, **kwargs):
    """(value or (low, high), currency) of every amount of `text`."""
    return [
        ((a.low, a.high) if a.low is not None else a.value, a.currency) for a in find_amounts(text, **kwargs)
    ]


def one(text, **kwargs):
    (amount,) = find_amounts(text, **kwargs)
    return amount


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("a fine of $4bn", 4_000_000_000, "USD"),
        ("outlays of $900K", 900_000, "USD"),
        ("a value of $2.4T", 2_400_000_000_000, "USD"),
        ("promised RMB 3bn", 3_000_000_000, "CNY"),
        ("raised Rmb5bn", 5_000_000_000, "CNY"),
        ("CN¥500m", 500_000_000, "CNY"),
        ("a 344 billion-yuan fund", 344_000_000_000, "CNY"),
        ("a 40-billion-yuan plant", 40_000_000_000, "CNY"),
        ("a $120-billion list", 120_000_000_000, "USD"),
        ("half a billion dollars", 500_000_000, "USD"),
        ("two-and-a-half billion euros", 2_500_000_000, "EUR"),
        ("a quarter of a billion dollars", 250_000_000, "USD"),
        ("one point five billion dollars", 1_500_000_000, "USD"),
        ("five million yen", 5_000_000, "JPY"),
        ("two hundred and fifty million euros", 250_000_000, "EUR"),
        ("Rs 400 crore", 4_000_000_000, "INR"),
        ("Rs 1.2 lakh crore", 1_200_000_000_000, "INR"),
        ("12,34,567 rupees", 1_234_567, "INR"),
        ("18.5亿元", 1_850_000_000, "CNY"),
        ("和1.2万亿元人民币", 1_200_000_000_000, "CNY"),
        ("3000万美元", 30_000_000, "USD"),
        ("35.6 billion New Taiwan dollars", 35_600_000_000, "TWD"),
        ("NT$1.2 trillion", 1_200_000_000_000, "TWD"),
        ("HK$7.8 billion", 7_800_000_000, "HKD"),
        ("S$2.1 billion", 2_100_000_000, "SGD"),
        ("A$1.45 billion", 1_450_000_000, "AUD"),
        ("C$5 million", 5_000_000, "CAD"),
        ("USD34.6 million", 34_600_000, "USD"),
        ("75 USD million", 75_000_000, "USD"),
        ("120 MEUR", 120_000_000, "EUR"),
        ("270 billion kronor", 270_000_000_000, "SEK"),
        ("5 billion Danish kroner", 5_000_000_000, "DKK"),
        ("3 trillion won", 3_000_000_000_000, "KRW"),
        ("361 million pounds", 361_000_000, "GBP"),
        ("$ 1,200 million", 1_200_000_000, "USD"),
        ("$\u00a04\u00a0billion", 4_000_000_000, "USD"),
        ("10 000 dollars", 10_000, "USD"),
        ("€1.200.000", 1_200_000, "EUR"),
        ("3½ billion euros", 3_500_000_000, "EUR"),
        ("shares closed at HK$21. 35, up", Decimal("21.35"), "HKD"),
        ("197 pence", Decimal("1.97"), "GBP"),
        ("twenty dollars and 43 cents", Decimal("20.43"), "USD"),
        ("$80 CAD", 80, "CAD"),
    ],
)
def test_form_is_read_to_its_value(text, value, currency):
    assert read(text) == [(value, currency)]


@pytest.mark.parametrize(
    "text",
    [
        "The tariff rises to 25% from 10%; 5,000 jobs are at risk.",
        "The firm won 12 contracts and won 200 more in 2023.",
        "It lost hundreds of millions of dollars.",
        "The multibillion-dollar project cost several million dollars.",
        "A 7nm process, 5,207 products, 28 organisations.",
        "20 million pounds of copper and a 300-pound bomb",
        "($1 = 6.9 yuan) and 7.0675 yuan per dollar",
        "TOP 5 firms, ALL 3 rounds, AMD 7000 chips, USD 2018",
        "They bought a million-dollar home.",
        "Crates of 900 pounds stood beside a barrel of about 300 pounds.",
        "The 12 won a prize and the rapper 50 Cent sang.",
        "RM 5% and $5%",
        "",
    ],
)
def test_what_is_no_money_yields_nothing(text):
    assert find_amounts(text) == ()


@pytest.mark.parametrize("text", ["$5 zillion", "ZZ$5 million", "₡500", "$5x", "$" + "1" * 50])
def test_unknown_scale_or_sign_keeps_the_text_and_has_no_value(text):
    amount = one(text)
    assert (amount.value, amount.low, amount.text) == (None, None, text)


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("between $80 million and $95 million", 80_000_000, 95_000_000, "USD"),
        ("300-400 million euros", 300_000_000, 400_000_000, "EUR"),
        ("$1.5-2 million", 1_500_000, 2_000_000, "USD"),
        ("$500 million to $1 billion", 500_000_000, 1_000_000_000, "USD"),
        ("$500 to $1 million", 500, 1_000_000, "USD"),
        ("two to three billion dollars", 2_000_000_000, 3_000_000_000, "USD"),
        ("at least $500 million and as much as $1 billion", 500_000_000, 1_000_000_000, "USD"),
        ("6-8 lakh rupees", 600_000, 800_000, "INR"),
        ("€600m–€700m", 600_000_000, 700_000_000, "EUR"),
        ("fees ranging from $5m to $7m", 5_000_000, 7_000_000, "USD"),
        ("the bill runs from 2 million to 3 million euros", 2_000_000, 3_000_000, "EUR"),
        ("germanium went from $1,200 per kg to $2,900 per kg", 1_200, 2_900, "USD"),
        ("prices fell from $80 per wafer to $55 per wafer", 55, 80, "USD"),
    ],
)
def test_range_is_one_amount_with_low_and_high(text, low, high, currency):
    assert read(text) == [((low, high), currency)]
    assert one(text).value is None


def test_change_from_one_amount_to_another_is_no_range():
    assert read("profit fell $1.2 million to $23.5 million") == [(1_200_000, "USD"), (23_500_000, "USD")]
    assert read("sales rose from 300 million to 400 million euros") == [
        (300_000_000, "EUR"),
        (400_000_000, "EUR"),
    ]
    assert read("fees rose from $3 million a year to $4 million a year") == [
        (3_000_000, "USD"),
        (4_000_000, "USD"),
    ]
    assert read("it paid $5 million to 20 million users") == [(5_000_000, "USD")]
    assert read("sales rose in 2018 to 3 billion yuan") == [(3_000_000_000, "CNY")]


@pytest.mark.parametrize(
    ("text", "conversions"),
    [
        ("1.85 billion yuan ($260 million)", [(260_000_000, "USD")]),
        ("3 billion yuan (about US$420 million at the time)", [(420_000_000, "USD")]),
        ("12.98 billion yuan, or $1.79 billion", [(1_790_000_000, "USD")]),
        ("1.85 billion yuan ($260 million, or €230 million)", [(260_000_000, "USD"), (230_000_000, "EUR")]),
        ("2 billion yuan (US$280m/€250m)", [(280_000_000, "USD"), (250_000_000, "EUR")]),
    ],
)
def test_stated_conversion_belongs_to_its_amount(text, conversions):
    assert [(c.value, c.currency) for c in one(text).conversions] == conversions


def test_part_in_brackets_is_no_conversion():
    assert len(find_amounts("a $1.4 billion fine ($250 million of which is suspended)")) == 2


def test_yen_sign_is_yuan_where_the_text_says_so():
    assert one("The Chinese firm raised ¥20 billion from Beijing.").currency == "CNY"
    assert one("The Tokyo firm raised ¥20 billion.").currency == "JPY"
    assert one("It won ¥1.85 billion ($260 million).").currency == "CNY"
    assert one("It won ¥150 billion ($1 billion).").currency == "JPY"


def test_bare_dollar_is_that_of_the_paper():
    assert one("sales of $5 million").currency == "USD"
    assert one("sales of $5 million", country="au").currency == "AUD"
    assert read("A$5 million, then $3 million", country="au")[1] == (3_000_000, "USD")
    assert read("A$5 million, US$2 million, then $3 million")[2] == (3_000_000, "AUD")


def test_shared_name_without_a_deciding_word_has_no_value():
    assert one("5 billion kroner").currency is None
    assert one("5 billion kroner").value is None
    assert one("Norway's fund paid 5 billion kroner").currency == "NOK"


@pytest.mark.parametrize(
    ("text", "bound", "approx", "per"),
    [
        ("The backlog exceeds $3 billion.", "min", False, None),
        ("as much as 40 billion yuan", "max", False, None),
        ("up to about $5bn", "max", True, None),
        ("more than €600m", "min", False, None),
        ("$5bn or more", "min", False, None),
        ("$100m-plus", "min", False, None),
        ("just over $5bn", "min", True, None),
        ("about $1.4 billion", None, True, None),
        ("$2,300 apiece", None, False, "unit"),
        ("$1,900 per wafer", None, False, "wafer"),
        ("$0.45 a share", None, False, "share"),
        ("7 yuan for every 10 shares", None, False, "10 shares"),
        ("$4bn-a-year", None, False, "year"),
    ],
)
def test_bound_approximation_and_unit_are_read(text, bound, approx, per):
    amount = one(text)
    assert (amount.bound, amount.approx, amount.per) == (bound, approx, per)


NUMBERS = st.decimals(min_value="0.01", max_value="9999", places=2).map(lambda d: d.normalize())
SCALES = {
    "": 0,
    " million": 6,
    " billion": 9,
    "bn": 9,
    "m": 6,
    "tn": 12,
    "-million": 6,
    " trillion": 12,
    "k": 3,
}
PREFIXES = {
    "$": "USD",
    "US$": "USD",
    "HK$": "HKD",
    "€": "EUR",
    "£": "GBP",
    "RMB ": "CNY",
    "EUR ": "EUR",
    "Rs ": "INR",
}
SUFFIXES = {
    " yuan": "CNY",
    " euros": "EUR",
    " dollars": "USD",
    " Hong Kong dollars": "HKD",
    " baht": "THB",
    " USD": "USD",
}


@given(NUMBERS, st.sampled_from(sorted(SCALES)), st.sampled_from(sorted(PREFIXES)))
def test_generated_amount_with_a_sign_reads_back(number, scale, prefix):
    text = f"It paid {prefix}{number:,f}{scale}, it said."
    if (
        scale == ""
        and prefix == "EUR "
        and f"{number:f}".isdigit()
        and 1800 <= number < 2100
        and "," not in text[8:-12]
    ):
        return
    assert read(text) == [(number * 10 ** SCALES[scale], PREFIXES[prefix])]


@given(NUMBERS, st.sampled_from(sorted(SCALES)), st.sampled_from(sorted(SUFFIXES)))
def test_generated_amount_with_a_name_reads_back(number, scale, suffix):
    assert read(f"It paid {number:,f}{scale}{suffix}, it said.") == [
        (number * 10 ** SCALES[scale], SUFFIXES[suffix])
    ]


@given(
    st.integers(1, 400), st.integers(1, 400), st.sampled_from(["-", "–", " to ", "-to-"]),
    st.sampled_from([" million", " billion", "bn", "m"]),
)  # fmt: skip
def test_generated_range_reads_back(low, more, dash, scale):
    factor = 10 ** SCALES[scale]
    assert read(f"worth {low}{dash}{low + more}{scale} yuan") == [
        ((low * factor, (low + more) * factor), "CNY")
    ]


@given(st.text(alphabet="0123456789$€¥.,() -anmbkillonyuEURS\u00a0", max_size=80))
@settings(max_examples=300)
def test_random_text_never_raises_and_offsets_hold(text):
    for amount in find_amounts(text):
        assert text[amount.start : amount.end] == amount.text


@pytest.mark.parametrize(
    "unit", ["0123456789$", "$1 ", "1 ", "one ", "half of a ", "$1 (€2) ", "5-million-", "$", "1."]
)
def test_time_is_linear_in_the_length(unit):
    def seconds(n):
        text = (unit * n)[: n * 3]
        begin = time.process_time()
        find_amounts(text)
        return time.process_time() - begin

    small, large = seconds(4_000), seconds(40_000)
    assert large < 30 * small + 0.5  # linear is 10; quadratic 100


def test_a_long_line_of_digits_and_dollars_is_bounded():
    line = "".join(random.Random(7).choices("0123456789$", k=300_000))
    begin = time.process_time()
    find_amounts(line)
    assert time.process_time() - begin < 60


def test_thousand_short_texts_take_less_than_a_cpu_second():
    texts = [f"Firm {i} won a deal worth {i}.5 billion yuan (${i} million) in 2017." for i in range(1, 1001)]
    find_amounts(texts[0])
    begin = time.process_time()
    for text in texts:
        find_amounts(text)
    assert time.process_time() - begin < 1
