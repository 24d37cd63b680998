"""Invented stories, headlines and wall texts that the page templates are filled with. Every name is made up."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Story:
    """One invented article."""

    title: str
    lead: str
    author: str
    day: str  #: ISO date
    paragraphs: tuple[str, ...]
    subhead: str = ""


CRANES = Story(
    "Two crane makers put on port ministry's list",
    "The ministry says that Osprey and Gannet sold steering units without a licence; both deny it.",
    "Ada Quill",
    "2024-03-06",
    (
        "The port ministry put two makers of harbour cranes on its list of barred suppliers on Tuesday, saying that they had sold steering units to a shipyard without asking for a licence, and gave them thirty days to answer.",
        "Osprey Lifting, one of the two, said that it had asked for a licence twice and had heard nothing. “We have nothing to hide and nothing to add,” said its managing director, Finn Marsh, outside the yard in Eastport.",
        "Gannet Cranes did not answer a request for comment. Its shares were halted before the market opened, and its largest customer, the port of Southmole, said that it would look for spare parts elsewhere.",
        "The list bars public ports from buying from those who are on it. It has eleven names, and nobody has ever been taken off, although two have asked a court to order it and one of the two is still waiting.",
        "Both makers sell more than half of what they build abroad, and both have said that they would rather move their workshops than lose the customers whom they have served for forty years.",
    ),
    "What the list does",
)
SILICON = Story(
    "Larkfield Micro to build second plant in Dunmere valley",
    "The chipmaker will spend $2.4 billion, a fifth of it from the state, and hire 900 people.",
    "Jonas Reed",
    "2024-04-18",
    (
        "Larkfield Micro will build a second plant in the Dunmere valley, the company said on Thursday, and will spend $2.4 billion on it over four years, of which the state pays a fifth once the roof is on.",
        "The plant will make controllers for pumps and lifts, not the fine chips that the great powers quarrel about. “We make what everybody needs and nobody photographs,” said the chief executive, Petra Holm.",
        "Nine hundred people will work there, the company says. The town council had hoped for more, and gave its permission by one vote after a debate of seven hours that ended long after midnight.",
        "Neighbours fear for the river. The plant will take as much water as a small town, and give it back warmer; a report by the water board, due in June, is to say how much warmer that may be.",
        "Work begins in autumn if the weather allows. The first plant, opened eleven years ago, is being repaired after a fire in its air filters, and runs at two thirds of what it could do.",
    ),
    "Water from the river",
)
DUTIES = Story(
    "Fishing nations answer duties with duties of their own",
    "Three governments add ten per cent to engines, rope and tinned peas.",
    "Mira Castell",
    "2024-05-22",
    (
        "Three fishing nations answered the duties on salted cod with duties of their own on Wednesday, adding ten per cent to the price of ship engines, rope and tinned peas, from the first day of July.",
        "The trade minister of Norholm, Sven Aaker, called the step “a mirror, not a hammer”. He said that it would be taken back on the day on which the duties on cod were taken back, and not an hour before.",
        "Rope makers were less calm. The union of the Lindby ropeworks said that four hundred of its members would be sent home if the duties lasted for longer than the summer, and asked for help with wages.",
        "The duties on cod, fifteen per cent since March, were meant to protect two canneries. One of the two has closed in the meantime; the other has a new owner, who sells mostly herring, which is free of duty.",
        "Talks are to go on in Lindby next week. Both sides have sent the same people as last time, and the hotel has kept the same rooms for them, a spokeswoman said.",
    ),
    "Ropes and peas",
)
DRONES = Story(
    "Survey drones grounded while army checks their radios",
    "The army wants to know to whom the machines talk; farmers want them back before harvest.",
    "Lena Ortiz",
    "2024-06-11",
    (
        "Survey drones of the maker Skerry Air are grounded across the country while the army checks to whom their radios talk, the farm ministry said on Monday, three weeks before the barley harvest begins.",
        "A reader had taken one apart and found a radio that its papers do not name. Skerry Air says that the part came from a supplier who had changed it without a word, and that it sends nothing but the height.",
        "“Nobody spies on barley,” said Carl Voss, who farms at Hemmel and flies two of them. He has hired a man with a ladder for the time being, and says that the man is slower but never needs charging.",
        "The army bought sixty of the drones itself in the spring. They stay in their boxes until the check is done, a spokesman said, and would not say how long that takes or who does it.",
        "Skerry Air sold nine thousand machines last year and has a third of the market. Its rival Petrel offered on Tuesday to lend farmers its own for the harvest, at a price that it did not publish.",
    ),
    "A part without papers",
)
KRAENE = Story(
    "Zwei Kranbauer stehen auf der Liste des Hafenamts",
    "Das Hafenamt wirft Osprey und Gannet vor, ohne Genehmigung geliefert zu haben. Beide bestreiten das.",
    "Jutta Föhr",
    "2024-03-07",
    (
        "Das Hafenamt hat am Dienstag zwei Hersteller von Hafenkränen auf die Liste der gesperrten Lieferanten gesetzt, weil sie Steuerungen an eine Werft verkauft haben sollen, ohne vorher um eine Genehmigung zu bitten.",
        "Osprey Lifting erklärte, man habe zweimal gefragt und nie eine Antwort bekommen. „Wir haben nichts zu verbergen“, sagte Geschäftsführer Finn Marsch vor dem Werkstor, an dem sich am Mittag die Frühschicht versammelt hatte.",
        "Gannet Cranes äußerte sich auf Anfrage nicht. Der Handel mit der Aktie wurde vor Börsenbeginn ausgesetzt, und der größte Kunde kündigte an, Ersatzteile künftig anderswo zu kaufen, falls die Sperre bis zum Herbst besteht.",
        "Die Liste verbietet es öffentlichen Häfen, bei den genannten Unternehmen einzukaufen. Elf Namen stehen darauf, gestrichen wurde noch keiner, obwohl zwei der Betroffenen vor Gericht gezogen sind.",
        "Beide Hersteller verkaufen mehr als die Hälfte ihrer Kräne im Ausland und haben erklärt, sie würden eher ihre Werkstätten verlegen, als die Kunden zu verlieren, die sie seit vierzig Jahren beliefern.",
    ),
    "Was die Liste bewirkt",
)
CHEVRES = Story(
    "Deux fabricants de grues inscrits sur la liste du port",
    "L’autorité portuaire leur reproche des ventes sans autorisation, ce que les deux sociétés contestent.",
    "Élise Marchand",
    "2024-03-08",
    (
        "L’autorité portuaire a inscrit mardi deux fabricants de grues sur la liste des fournisseurs écartés, leur reprochant d’avoir vendu des commandes à un chantier naval sans avoir demandé d’autorisation.",
        "La société Balbuzard affirme l’avoir demandée deux fois sans recevoir de réponse. « Nous n’avons rien à cacher », a déclaré son directeur, Paul Marais, devant l’atelier où l’équipe du matin s’était réunie.",
        "Le second fabricant n’a pas répondu à nos questions. Son cours de Bourse a été suspendu avant l’ouverture et son principal client a dit qu’il achèterait désormais ses pièces ailleurs, du moins jusqu’à l’automne.",
        "La liste interdit aux ports publics d’acheter chez ceux qui y figurent. Elle compte onze noms et personne n’en a jamais été retiré, bien que deux entreprises aient saisi le tribunal administratif.",
    ),
    "Ce que change la liste",
)
QIZHONGJI = Story(
    "两家起重机企业被列入港口名单",
    "港口管理局称两家企业未经许可出售控制装置，企业均予以否认。",
    "林小舟",
    "2024-03-06",
    (
        "港口管理局星期二宣布，将两家港口起重机制造企业列入限制采购名单，理由是这两家企业在没有申请许可的情况下，向一家船厂出售了控制装置，并要求它们在三十天内作出说明。",
        "其中一家企业鱼鹰起重公司表示，公司曾经两次提出申请，但一直没有收到答复。公司总经理在厂区门口对记者说：“我们没有什么可以隐瞒的，也没有什么要补充的。”",
        "另一家企业塘鹅起重机公司没有回应记者的提问。该公司股票在开市之前停牌，其最大的客户南堤港表示，今后将从其他供应商处购买零配件，直到名单得到修改为止。",
        "根据规定，公共港口不得向名单上的企业采购设备。目前名单上共有十一家企业，至今没有一家被移出名单，其中两家已经向法院提起诉讼，一家仍在等待判决。",
    ),
    "名单的影响",
)
KURENU = Story(
    "クレーンメーカー２社、港湾庁のリストに掲載",
    "無許可で制御装置を販売したと港湾庁が指摘、両社は否定している。",
    "森川みなと",
    "2024-03-06",
    (
        "港湾庁は火曜日、港湾用クレーンを製造する二社を調達制限リストに掲載したと発表した。造船所に対して許可を得ずに制御装置を販売したためとしており、三十日以内の説明を求めている。",
        "二社のうちミサゴ重機は、許可を二度申請したが返事がなかったと説明している。同社の社長は工場の門の前で「隠すことは何もない」と記者団に語った。",
        "もう一社のカツオドリ起重機は取材に応じていない。同社の株式は取引開始前に売買が停止され、最大の顧客である南堤港は部品を別の会社から購入すると述べた。",
        "リストに載った企業から公共の港が設備を買うことは禁じられている。これまでに十一社が掲載されたが、外された企業は一社もなく、二社が裁判所に訴えを起こしている。",
    ),
    "リストの意味",
)
CORRECTED = (
    "The list has twelve names, the ministry said later; an earlier version of this article said eleven."
)

HEADLINES = (
    "Southmole port to test a crane that steers itself",
    "Ropeworks of Lindby sends four hundred people home",
    "Court asks ministry for reasons why Tern stays on the list",
    "Petrel offers to lend farmers its drones for the harvest",
    "Water board warns of a warm river below the Dunmere plant",
    "Norholm minister calls new duties a mirror, not a hammer",
    "Cannery owner who bought cod now sells mostly herring",
    "Who checks the radios? Inside the army's oldest workshop",
    "Eastport yard wins order for three ferries and a tug",
    "How a licence is asked for, and why nobody answers",
    "Larkfield Micro repairs its air filters after the fire",
    "Trade talks move to a smaller hotel with thinner walls",
    "Gannet shares resume and end the day where they began",
    "Pilots refuse to berth ships under the new harbour lights",
)
SUMMARIES = (
    "The port has bought the machine from a maker in the south and wants to see it work before winter.",
    "The union asks the state for help with wages until the summer is over.",
    "Judges want to know what the maker has done in the four years since it was named.",
    "The price of the offer has not been published, and the harvest begins in three weeks.",
)
HEADLINES_DE = (
    "Südhafen erprobt einen Kran, der sich selbst steuert",
    "Seilerei in Lindby schickt vierhundert Leute nach Hause",
    "Gericht fragt das Amt nach Gründen für die Sperre",
    "Drohnen am Boden: Bauern warten auf die Prüfung",
    "Wasserverband warnt vor zu warmem Fluss am neuen Werk",
    "Neue Zölle sind ein Spiegel, sagt der Handelsminister",
    "Konservenfabrik verkauft jetzt vor allem Hering",
    "Werft bekommt Auftrag für drei Fähren und einen Schlepper",
    "Wie man eine Genehmigung beantragt und nie erhält",
    "Verhandlungen ziehen in ein kleineres Hotel um",
)
HEADLINES_ZH = (
    "南堤港试用自动驾驶起重机引发关注",
    "林德比制绳厂四百名工人暂时停工",
    "法院要求港口管理局说明列入名单的理由",
    "无人机停飞接受检查农户等待收割",
    "水务部门警告新厂下游水温可能升高",
    "三国宣布对船用发动机加征关税",
    "罐头厂新东家改卖鲱鱼不再收购鳕鱼",
    "造船厂获得三艘渡轮和一艘拖船订单",
    "贸易谈判改在一家较小的酒店举行",
    "企业申请许可证为何迟迟没有答复",
)
LIVE_ENTRIES = (
    (
        "17:05",
        "That is all for today. The hearing ends without a vote, and the committee meets again on Thursday morning at nine.",
    ),
    (
        "16:40",
        "The chair asks whether the list has ever been shortened. “Not yet,” says the official from the port ministry.",
    ),
    (
        "16:12",
        "Finn Marsh of Osprey Lifting takes his seat. He has brought two letters and reads both of them aloud to the room.",
    ),
    (
        "15:48",
        "A break of ten minutes. Outside, thirty workers of the yard hold up a banner and sing to the passing trams.",
    ),
    (
        "15:20",
        "The ministry says that it has nothing to add to its notice and that the notice has nothing to add to the law.",
    ),
    (
        "14:55",
        "Gannet Cranes has sent a lawyer instead of a director. He says that his client will answer questions in writing only.",
    ),
    (
        "14:30",
        "Good afternoon. We follow the hearing on the two crane makers from the port committee's room on the third floor.",
    ),
)
CAPTIONS = (
    "A crane at Southmole at dawn. Photo: Jo Bell/Dock Press",
    "Workers of the yard with their banner. Photo: Jo Bell/Dock Press",
    "The ministry's doors on Tuesday. Photo: Jo Bell/Dock Press",
    "Steering units wait for a ship. Photo: Jo Bell/Dock Press",
    "Finn Marsh leaves the hearing. Photo: Jo Bell/Dock Press",
    "The old harbour light before repair. Photo: Jo Bell/Dock Press",
    "Ropes drying at Lindby. Photo: Jo Bell/Dock Press",
    "The last tin of cod leaves the line. Photo: Jo Bell/Dock Press",
)
RELEASE = Story(
    "Ministry of Ports announces review of barred suppliers",
    "Eleven cases will be looked at again before the end of the year.",
    "",
    "2024-09-02",
    (
        "FOR IMMEDIATE RELEASE – EASTPORT, September 2, 2024 – The Ministry of Ports today announced a review of all eleven entries on its list of barred suppliers, to be finished before the end of the year.",
        "“A list that is never read is not a list but a wall,” said Under Secretary Ina Falk. “We owe those who are on it an answer, and we owe those who buy cranes a reason.”",
        "The review covers suppliers named since 2016. Each will be heard in person, and each decision will be published with its grounds within ten days after it was made.",
        "About the Ministry of Ports: The Ministry looks after nineteen public ports, their lights, their cranes and the people who work with them, and employs 2,300 officials.",
        "Media contact: Press office, Ministry of Ports, +00 555 0123, press@ports.example",
    ),
)
