"""Twins: the tradewar articles and the seeds with every company, person, amount and year consistently renamed.

Rules that lean on the names they were tuned on fall here. Text and gold are renamed by the same replacements, so
that the answers stay true. Gazetteer companies become other gazetteer companies, invented ones other invented
ones (same first letters, so that acronyms still fit); years move by a number that keeps the weekdays.
"""

import csv
import datetime as dt
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.predict import input_rows, predict
from bench.scores import score_files

RENAMINGS = 5
MOST_FALL = 0.03  # points a row of at least MIN_ITEMS gold items may fall
MIN_ITEMS = 100
COMPANIES = Path(__file__).parents[1] / "nlp" / "data" / "companies.csv"

#: Words of a company's name that say what it is, not which one it is.
GENERIC = set(
    "the and of for a an technology technologies tech digital vision telecom telecommunications group holding holdings"
    " capital partners partner fund ventures venture semiconductor semiconductors micro microelectronics electronics"
    " electronic robotics systems system networks network cloud intelligence aviation aerospace motors motor auto"
    " energy materials material bank securities investment investments management international global national"
    " china chinese us american european japan japanese korea korean taiwan german dutch british canadian australian"
    " north south east west eastern western northern southern new united states kong hong san first general standard"
    " company companies co corp corporation inc incorporated limited ltd llc llp plc gmbh ag sa nv bv kk pte pty oy ab"
    " industries industrial industry manufacturing equipment devices device instruments optics optical optoelectronics"
    " photonics lidar sensors sensor display displays memory storage chips chip foundry silicon solar battery batteries"
    " power electric chemical chemicals steel metals mining minerals rare earth earths shipping logistics airlines rail"
    " software data information computing computer computers supercomputing science sciences research institute"
    " laboratories labs lab university college school times post news daily journal review press media radio"
    " genomics biotech pharma pharmaceuticals health medical food foods retail trading trade commerce security safety"
    " surveillance forensics defence defense marine space satellite drone drones uav cameras camera video audio voice"
    " speech language image recognition face smart ai advanced applied dynamics solutions services service products"
    " components precision machine machinery tools tool works engineering construction design development innovation"
    " state government ministry department city province county provincial municipal public security bureau".split()
)
SYLLABLES = (
    "bai ban bei bo cai chang chen cheng da dan deng dong fan fang feng fu gan gao gong guan hai han heng hong hua jia"
    " jian jin jing kai kang lan lei li lian ling long lu luo mei min ming nan ning pan peng ping qi qian qiao qing ren"
    " rong rui sen shan shen sheng shi su tai tang teng tian tong wan wei wen wu xia xian xin xing xu yan yang yi ying"
    " yong yu yuan zhan zhao zhe zhen zheng zhi zhong zhou"
).split()
#: Words for Western tokens, by first letter: invented or rare family and place names, no dictionary words.
WESTERN = (
    "Ashdown Averill Aldham Arkwell Barlow Brackley Benfield Bardsley Calloway Corbett Cresswell Culver Dunmore Dalby"
    " Denholm Driscoll Everard Eastlake Elstow Emmott Fairfax Farnham Fenwick Foxley Garrick Goswell Granby Gilmour"
    " Halford Hartwell Hexham Holbrook Ingram Isham Ilford Ivatt Jardine Jessop Jevons Jolley Kelham Kendrick Kirkby"
    " Knowles Langley Larkin Ledbury Lomax Marlowe Mellor Merton Maitland Newbold Norcott Naseby Nevill Oakham Ormsby"
    " Osgood Orford Pemberton Penrose Prescott Pickford Quarles Quinton Quayle Quiller Radley Redgrave Renshaw Rusholme"
    " Selby Stanmore Sudbury Sherwin Thornbury Tilden Trevor Tarrant Underhill Upton Urquhart Ullman Vaughan Vernon"
    " Venning Vickery Wadham Walcott Wexford Winslow Xander Xavier Yardley Yeats Yelland Yorke Zeller Zouche Zimmer Zander"
).split()
#: First names, by first letter: a model knows a person by them.
FIRST = (
    "Adam Alice Anna Brian Beth Carol Charles David Diana Edward Emily Frank Fiona George Grace Henry Helen Ian Irene"
    " James Julia Kevin Karen Laura Louis Mark Martha Nancy Neil Oliver Olivia Paul Peter Quentin Robert Rachel Susan"
    " Simon Thomas Teresa Ursula Victor Vera William Wendy Xavier Yvonne Yusuf Zoe Zachary"
).split()
PINYIN = re.compile(rf"(?:{'|'.join(sorted(SYLLABLES, key=len, reverse=True))})+", re.IGNORECASE)
CITIES = set(
    "beijing shanghai shenzhen hangzhou guangzhou xiamen wuhan nanjing chengdu suzhou hefei tianjin zhejiang xinjiang"
    " guangdong jiangsu fujian sichuan washington london paris berlin tokyo seoul taipei brussels singapore sydney"
    " frankfurt amsterdam ohio texas arizona california york delhi mumbai bangalore".split()
)
MONEY = re.compile(
    r"(?P<sign>(?:US|HK|NT|A|C|S|CN)?[$€£¥]|\b(?:RMB|Rmb|USD|EUR|CNY|HKD|SEK|GBP|JPY|Rs)\s?)?"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<tail>[\s\u00a0-]?(?:trillion|billion|million|thousand|tn|bn|mn|m|k)\b)?"
    r"(?P<unit>[\s\u00a0-]?(?:yuan|renminbi|dollars?|euros?|yen|won|pounds?|kronor|crore|rupees|RMB|USD|EUR|CNY|HKD|SEK)\b)?"
)
SCALES = {"trillion": 1e12, "tn": 1e12, "billion": 1e9, "bn": 1e9, "million": 1e6, "mn": 1e6, "m": 1e6}
YEAR = re.compile(r"\b(?:19|20)\d\d\b")


def same_weekday_shift(date: dt.date, chance: random.Random) -> int:
    """Years to move `date` by so that its weekday, and those of the months around it, stay."""
    shifts = [-11, -6, -5, 5, 6, 11, 17]
    chance.shuffle(shifts)
    for shift in shifts:
        for days in (0, -100, 100):
            near = date + dt.timedelta(days=days)
            if (near.month, near.day) == (2, 29) or near.replace(
                year=near.year + shift
            ).weekday() != near.weekday():
                break
        else:
            return shift
    return -28  # the calendar repeats


def is_money(match: re.Match[str]) -> bool:
    return bool(match["sign"] or match["unit"])


def scaled(number: str, factor: float) -> str:
    """`number` times `factor` in the same form: decimals and thousands separators stay."""
    decimals = len(number.partition(".")[2])
    value = float(number.replace(",", "")) * factor
    if decimals == 0:
        value = max(1, round(value))
        text = f"{value:,}" if "," in number else str(value)
    else:
        text = f"{value:,.{decimals}f}" if "," in number else f"{value:.{decimals}f}"
    return text


class Renamer:
    """The replacements of one article."""

    def __init__(self, gold: dict[str, Any], text: str, date: str | None, seed: int) -> None:
        self.chance = random.Random(f"{seed}:{gold['id']}")
        self.factor = self.chance.uniform(1.15, 2.6)
        day = dt.date.fromisoformat(date) if date else dt.date(2019, 10, 8)
        self.years = same_weekday_shift(day, self.chance)
        self.text = text
        self.words = {word.lower() for word in re.findall(r"\b[a-z]{3,}\b", text)}
        self.names: dict[str, str] = {}
        known = gazetteer()
        used: set[str] = set()
        for company in gold["companies"]:
            forms = [company["name"], *company.get("aliases_in_text", [])]
            record = next((known[form] for form in forms if form in known), None)
            if record is not None:
                self._swap_known(forms, record, known, used)
        for company in gold["companies"]:
            for form in [company["name"], *company.get("aliases_in_text", [])]:
                if form not in self.names:
                    self._invent(form)
        taken = {name.lower() for group in ("agencies", "other_orgs") for name in gold.get(group, [])}
        for statement in gold["statements"]:
            self._person(statement.get("speaker") or "", gold, taken)
        ordered = sorted(self.names, key=len, reverse=True)
        pattern = "|".join(re.escape(name) for name in ordered)
        self.pattern = re.compile(rf"(?<![\w])(?:{pattern})(?![\w])") if ordered else None
        self.values = self._values()

    def _swap_known(
        self, forms: list[str], record: "Record", known: dict[str, "Record"], used: set[str]
    ) -> None:
        pool = sorted(
            {r.id for r in known.values() if r.country == record.country and r.latin} - used - {record.id}
        )
        if not pool:
            return
        chosen = self.chance.choice(pool)
        target = next(r for r in known.values() if r.id == chosen)
        used |= {target.id, record.id}
        by_length = sorted(target.latin, key=len)
        for form in forms:
            self.names[form] = by_length[-1] if len(form.split()) > 2 else by_length[0]

    def _invent(self, form: str) -> None:
        for token in re.findall(r"[A-Za-z][A-Za-z'’]*", form):
            low = token.lower()
            if (
                low in GENERIC
                or low in CITIES
                or low in self.words
                or len(token) < 3
                or not token[0].isupper()
            ):
                continue
            if token.isupper():
                continue  # acronyms keep fitting, for first letters stay
            self.names.setdefault(token, self._new_word(token))

    def _new_word(self, token: str, pool: list[str] | None = None) -> str:
        """A word like `token`: same first letter, pinyin for pinyin."""
        first = token[0]
        taken = {*self.names.values(), *re.findall(r"[A-Z]\w+", self.text)}  # two names must not become one
        starts = [syllable for syllable in SYLLABLES if syllable[0] == first.lower()]
        if pool is None and starts and PINYIN.fullmatch(token):
            ends = [""] if len(token) <= 4 else SYLLABLES
            choices = [(start + end).capitalize() for start in starts for end in ends]
        else:
            choices = [word for word in pool or WESTERN if word[0] == first.upper()]
        free = [word for word in choices if word not in taken]
        return self.chance.choice(free or choices or [token])

    def _person(self, speaker: str, gold: dict[str, Any], taken: set[str]) -> None:
        tokens = speaker.split()
        companies = {form for c in gold["companies"] for form in [c["name"], *c.get("aliases_in_text", [])]}
        if not 2 <= len(tokens) <= 3 or speaker.lower() in taken or speaker in companies:
            return
        if not all(re.fullmatch(r"[A-Z][a-z]+(?:-[A-Z]?[a-z]+)?", token) for token in tokens):
            return
        western = not any(PINYIN.fullmatch(token) for token in tokens)
        for position, token in enumerate(tokens):
            if token.lower() not in GENERIC | CITIES | self.words:
                pool = FIRST if western and position == 0 else None
                self.names.setdefault(token, self._new_word(token, pool))

    def rename(self, text: str) -> str:
        """`text` with names, money and years replaced."""

        def money(match: re.Match[str]) -> str:
            if not is_money(match):
                return match.group()
            return match.group().replace(match["number"], scaled(match["number"], self.factor), 1)

        def year(match: re.Match[str]) -> str:
            return str(int(match.group()) + self.years)

        if self.pattern is not None:
            text = self.pattern.sub(lambda match: self.names[match.group()], text)
        parts, last = [], 0
        for match in MONEY.finditer(text):
            if is_money(match):
                parts += [YEAR.sub(year, text[last : match.start()]), money(match)]
                last = match.end()
        return "".join([*parts, YEAR.sub(year, text[last:])])

    def _values(self) -> dict[float, float]:
        found = {}
        for match in MONEY.finditer(self.text):
            if not is_money(match):
                continue
            tail = (match["tail"] or "").strip(" -\u00a0")
            scale = SCALES.get(tail, 1.0)
            old = float(match["number"].replace(",", "")) * scale
            found[old] = float(scaled(match["number"], self.factor).replace(",", "")) * scale
        return found

    def value(self, amount: float) -> float:
        near = min(self.values, key=lambda old: abs(old - amount), default=None)
        if near is None or abs(near - amount) > 0.011 * abs(amount):
            return amount  # written in words: unchanged in the text too
        return amount * self.values[near] / near

    def rename_gold(self, value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {
                name: item if name == "id" else self.rename_gold(item, name) for name, item in value.items()
            }
        if isinstance(value, list):
            return [self.rename_gold(item, key) for item in value]
        if key in ("amount", "amount_max") and isinstance(value, (int, float)):
            return self.value(float(value))
        if isinstance(value, str) and key not in (
            "url",
            "kind",
            "note",
            "list",
            "action",
            "type",
            "currency",
        ):
            return self.rename(value)
        return value


class Record:
    """A gazetteer row: id, country and its Latin names."""

    def __init__(self, row: dict[str, str]) -> None:
        names = [row["name"], *filter(None, row["aliases"].split(";"))]
        self.id = row["id"]
        self.country = row["country"]
        self.latin = [n for n in names if n.isascii() and len(n) >= 3]
        self.all = names


def gazetteer() -> dict[str, Record]:
    """Every strong name of the packaged gazetteer -> its record."""
    with COMPANIES.open(encoding="utf-8", newline="") as handle:
        records = [Record(row) for row in csv.DictReader(handle)]
    return {name: record for record in records for name in record.all}


def make_twins(
    gold: list[dict[str, Any]], texts: dict[str, dict[str, Any]], seed: int
) -> tuple[list[Any], list[Any]]:
    """(renamed gold rows, renamed input rows)."""
    new_gold, new_texts = [], []
    for row in gold:
        source = texts[row["id"]]
        renamer = Renamer(row, source["text"], source.get("date"), seed)
        new_gold.append(renamer.rename_gold(row) | {"id": f"{row['id']}-{seed}"})
        renamed = {"id": f"{row['id']}-{seed}", "text": renamer.rename(source["text"])}
        if source.get("date"):
            renamed["date"] = renamer.rename(source["date"])
        if source.get("title"):
            renamed["title"] = renamer.rename(source["title"])
        new_texts.append(renamed)
    return new_gold, new_texts


def write_lines(path: Path, rows: list[Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def twin_rows(gold_dir: Path, out: Path, base: dict[str, tuple[float, int]]) -> bool:
    """Score five renamings together beside the originals; True when a large row falls more than allowed."""
    failed = False
    inputs: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "tradewar": lambda: list(input_rows("tradewar", gold_dir / "tradewar/articles.jsonl")),
        "seeds": lambda: list(input_rows("tradewar", gold_dir / "../seeds")),
    }
    print(f"\n{'twins (five renamings)':<58}{'value':>8}{'base':>8}{'items':>7}")
    for label, read in inputs.items():
        lines = (gold_dir / label / "gold.jsonl").read_text(encoding="utf-8").splitlines()
        gold = [json.loads(line) for line in lines if line.strip()]
        texts = {row["id"]: row for row in read()}
        gold_rows: list[Any] = []
        text_rows: list[Any] = []
        for seed in range(1, RENAMINGS + 1):
            more_gold, more_texts = make_twins(gold, texts, seed)
            gold_rows += more_gold
            text_rows += more_texts
        folder = out / f"twins-{label}"
        gold_file = write_lines(folder / "gold.jsonl", gold_rows)
        text_file = write_lines(folder / "articles.jsonl", text_rows)
        prediction = folder / "prediction.jsonl"
        predict("tradewar", text_file, prediction)
        for row, (value, items) in score_files(
            "tradewar", gold_file, prediction, text_file, gold_dir, folder
        ).items():
            before = base[f"{label}/{row}"][0]
            mark = ""
            if items >= MIN_ITEMS * RENAMINGS and value < before - MOST_FALL:
                failed, mark = True, "  FALLS"
            print(f"twins-{label}/{row:<{57 - 6 - len(label)}}{value:>8.3f}{before:>8.3f}{items:>7}{mark}")
    return failed
