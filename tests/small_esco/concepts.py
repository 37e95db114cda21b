"""The small ESCO as plain tables. Labels are written by this project, preferred first."""

from typing import NamedTuple

ESCO = "http://data.europa.eu/esco"


class SkillRow(NamedTuple):
    number: int
    type: str
    reuse: str
    group: str
    labels: dict[str, list[str]]
    description: str


class OccupationRow(NamedTuple):
    number: int
    code: str
    labels: dict[str, list[str]]
    essential: list[int]
    optional: list[int]
    nace: list[str]
    description: str
    broader: int | None = None
    regulated: bool = False

    @property
    def isco(self) -> str:
        return self.code[:4]


def skill_uri(number: int) -> str:
    return f"{ESCO}/skill/00000000-0000-4000-8000-{number:012d}"


def occupation_uri(number: int) -> str:
    return f"{ESCO}/occupation/00000000-0000-4000-8000-{number:012d}"


def isco_uri(code: str) -> str:
    return f"{ESCO}/isco/C{code}"


def group_uri(code: str) -> str:
    return f"{ESCO}/skill/{code}"


SKILL, KNOWLEDGE = "skill/competence", "knowledge"

SKILLS = [
    SkillRow(1, SKILL, "sector-specific", "S8.1",
             {"en": ["weld metal", "metal welding", "join metal parts by welding"],
              "nl": ["metaal lassen", "lassen", "metalen delen aan elkaar lassen"],
              "ar": ["لحام المعادن", "اللحام"]},
             "Join pieces of metal by melting their edges."),
    SkillRow(2, SKILL, "cross-sector", "S2",
             {"en": ["read technical drawings", "understand blueprints"],
              "nl": ["technische tekeningen lezen", "plannen lezen"],
              "ar": ["قراءة الرسوم الفنية"]},
             "Understand the drawings that say how a product is made."),
    SkillRow(3, SKILL, "cross-sector", "S8",
             {"en": ["wear protective gear", "use a helmet, gloves and goggles"],
              "nl": ["beschermende kledij dragen", "veiligheidskledij dragen"],
              "ar": ["ارتداء ملابس الوقاية"]},
             "Wear what protects the body at work."),
    SkillRow(4, SKILL, "sector-specific", "S3.1",
             {"en": ["cook meals", "prepare hot dishes"],
              "nl": ["maaltijden koken", "koken", "warme gerechten bereiden"],
              "ar": ["طهي الوجبات", "الطبخ"]},
             "Prepare warm food for guests."),
    SkillRow(5, KNOWLEDGE, "cross-sector", "K1",
             {"en": ["food hygiene", "hygiene in the kitchen"],
              "nl": ["voedselhygiëne", "hygiëne in de keuken"],
              "ar": ["نظافة الطعام"]},
             "How to keep food clean and safe."),
    SkillRow(6, SKILL, "sector-specific", "S3.1",
             {"en": ["bake bread", "make bread and rolls"],
              "nl": ["brood bakken", "brood en broodjes maken"],
              "ar": ["خبز الأرغفة", "صنع الخبز"]},
             "Make bread from dough in an oven."),
    SkillRow(7, SKILL, "sector-specific", "S3.2",
             {"en": ["care for patients", "look after sick people"],
              "nl": ["patiënten verzorgen", "zieken verzorgen"],
              "ar": ["رعاية المرضى"]},
             "Look after people who are ill."),
    SkillRow(8, SKILL, "occupation-specific", "S3.2",
             {"en": ["give medication", "hand out medicines"],
              "nl": ["medicatie geven", "medicijnen toedienen"],
              "ar": ["إعطاء الأدوية"]},
             "Give patients the medicines that a doctor prescribed."),
    SkillRow(9, SKILL, "cross-sector", "S8.2",
             {"en": ["drive a forklift", "forklift driving", "operate a fork-lift truck"],
              "nl": ["heftruck besturen", "rijden met een heftruck", "vorkheftruck bedienen"],
              "ar": ["قيادة الرافعة الشوكية"]},
             "Move pallets with a forklift."),
    SkillRow(10, SKILL, "sector-specific", "S8.2",
             {"en": ["pick orders", "order picking", "collect goods for an order"],
              "nl": ["bestellingen verzamelen", "orderpicken", "goederen klaarzetten voor een bestelling"],
              "ar": ["تجميع الطلبات"]},
             "Bring together the goods that a customer ordered."),
    SkillRow(11, SKILL, "cross-sector", "S2",
             {"en": ["manage stock", "keep count of stock"],
              "nl": ["voorraad beheren", "stockbeheer"],
              "ar": ["إدارة المخزون"]},
             "Keep enough goods, and not too many, in store."),
    SkillRow(12, SKILL, "sector-specific", "S5",
             {"en": ["write computer programs", "programming", "coding"],
              "nl": ["computerprogramma's schrijven", "programmeren"],
              "ar": ["كتابة برامج الحاسوب", "البرمجة"]},
             "Write instructions that a computer carries out."),
    SkillRow(13, KNOWLEDGE, "sector-specific", "K2",
             {"en": ["Python", "Python programming language"],
              "nl": ["Python", "programmeertaal Python"],
              "ar": ["بايثون", "لغة بايثون"]},
             "The programming language Python."),
    SkillRow(14, SKILL, "cross-sector", "S8",
             {"en": ["clean rooms", "tidy up and clean"],
              "nl": ["ruimten schoonmaken", "poetsen", "schoonmaken"],
              "ar": ["تنظيف الغرف"]},
             "Make rooms clean."),
    SkillRow(15, SKILL, "sector-specific", "S8.1",
             {"en": ["install electrical wiring", "lay electric cables"],
              "nl": ["elektrische bedrading aanleggen", "elektriciteit aanleggen"],
              "ar": ["تمديد الأسلاك الكهربائية"]},
             "Lay the electric wires of a building."),
    SkillRow(16, SKILL, "sector-specific", "S8.1",
             {"en": ["test electrical circuits", "measure voltage and current"],
              "nl": ["elektrische kringen testen"]},
             "Measure whether an electric circuit works."),
    SkillRow(17, SKILL, "sector-specific", "S8.2",
             {"en": ["drive a lorry", "drive heavy trucks"],
              "nl": ["vrachtwagen besturen", "rijden met een vrachtwagen"],
              "ar": ["قيادة الشاحنة"]},
             "Drive goods over the road."),
    SkillRow(18, SKILL, "sector-specific", "S2",
             {"en": ["plan transport", "schedule trips and loads"],
              "nl": ["transport plannen", "ritten plannen"],
              "ar": ["تخطيط النقل"]},
             "Decide which goods travel when and how."),
    SkillRow(19, SKILL, "transversal", "S1",
             {"en": ["work in a team", "work together with colleagues"],
              "nl": ["in een team werken", "samenwerken met collega's"],
              "ar": ["العمل ضمن فريق"]},
             "Reach a goal together with others."),
    SkillRow(20, SKILL, "cross-sector", "S1",
             {"en": ["serve customers", "help customers"],
              "nl": ["klanten bedienen", "klanten helpen"],
              "ar": ["خدمة الزبائن"]},
             "Help people who come to buy."),
]  # fmt: skip

OCCUPATIONS = [
    OccupationRow(1, "7212.1", {"en": ["welder", "metal welder"],
                                "nl": ["lasser", "metaallasser", "lasser/lasster"],
                                "ar": ["لحّام", "عامل لحام"]},
                  [1, 2, 3], [19], ["25", "301"], "Welders join metal parts."),
    OccupationRow(2, "5120.1", {"en": ["cook", "kitchen cook"],
                                "nl": ["kok", "keukenkok"],
                                "ar": ["طباخ"]},
                  [4, 5], [6, 19, 20], ["5611"], "Cooks prepare meals."),
    OccupationRow(3, "2221.1", {"en": ["nurse", "hospital nurse"],
                                "nl": ["verpleegkundige", "verpleger/verpleegster"],
                                "ar": ["ممرض", "ممرضة"]},
                  [7, 8, 19], [5], ["861"], "Nurses care for patients.", regulated=True),
    OccupationRow(4, "4321.1", {"en": ["warehouse worker", "order picker"],
                                "nl": ["magazijnmedewerker", "magazijnier", "orderpicker"],
                                "ar": ["عامل مستودع"]},
                  [9, 10], [3, 11, 19], ["521", "522"], "Warehouse workers store and collect goods."),
    OccupationRow(5, "2512.1", {"en": ["software developer", "programmer"],
                                "nl": ["softwareontwikkelaar", "programmeur"],
                                "ar": ["مطور برمجيات", "مبرمج"]},
                  [12], [13, 19], ["621"], "Software developers write programs."),
    OccupationRow(6, "9112.1", {"en": ["cleaner", "office cleaner"],
                                "nl": ["schoonmaker", "poetshulp"],
                                "ar": ["عامل نظافة"]},
                  [14], [3, 20], ["812"], "Cleaners keep rooms clean."),
    OccupationRow(7, "7411.1", {"en": ["electrician", "wiring electrician"],
                                "nl": ["elektricien", "elektrotechnicus"],
                                "ar": ["كهربائي"]},
                  [3, 15, 16], [2], ["4321"], "Electricians lay and repair electric wiring."),
    OccupationRow(8, "7512.1", {"en": ["baker", "bread baker"],
                                "nl": ["bakker", "broodbakker"],
                                "ar": ["خباز"]},
                  [5, 6], [20], ["107"], "Bakers make bread and pastry."),
    OccupationRow(9, "8332.1", {"en": ["lorry driver", "truck driver"],
                                "nl": ["vrachtwagenchauffeur", "vrachtwagenbestuurder"],
                                "ar": ["سائق شاحنة"]},
                  [17], [9, 18], ["494"], "Lorry drivers bring goods over the road."),
    OccupationRow(10, "4323.1", {"en": ["logistics planner", "transport planner"],
                                 "nl": ["logistiek planner", "transportplanner"],
                                 "ar": ["مخطط لوجستي"]},
                  [11, 18], [13, 19], ["494", "522"], "Logistics planners decide how goods travel."),
    OccupationRow(11, "7212.1.1", {"en": ["pipe welder"],
                                   "nl": ["pijplasser"]},
                  [1, 3], [2], ["25"], "Pipe welders weld pipelines.", broader=1),
]  # fmt: skip

ISCO_GROUPS = {
    "2": ("work that asks for higher studies", "werk na hogere studies", "أعمال تتطلب دراسات عليا"),
    "22": ("health work after higher studies", "gezondheidswerk na hogere studies", "مهن الصحة العليا"),
    "222": ("nursing and midwifery", "verpleging en vroedkunde", "التمريض والقبالة"),
    "2221": ("nursing", "verpleging", "التمريض"),
    "25": ("computer work after higher studies", "informatica na hogere studies", "مهن الحاسوب"),
    "251": ("software work", "werk met software", "مهن البرمجيات"),
    "2512": ("software development", "softwareontwikkeling", "تطوير البرمجيات"),
    "4": ("office work", "kantoorwerk", "أعمال المكتب"),
    "43": ("office work with numbers and goods", "kantoorwerk met cijfers en goederen", "أعمال الأرقام والبضائع"),
    "432": ("office work with goods", "kantoorwerk met goederen", "أعمال البضائع"),
    "4321": ("storing goods", "goederen opslaan", "تخزين البضائع"),
    "4323": ("planning of transport", "planning van transport", "جدولة النقل"),
    "5": ("service and sales", "dienstverlening en verkoop", "الخدمات والبيع"),
    "51": ("personal services", "persoonlijke diensten", "الخدمات الشخصية"),
    "512": ("kitchen work", "keukenwerk", "أعمال المطبخ"),
    "5120": ("cooking for guests", "koken voor gasten", "الطهي للضيوف"),
    "7": ("crafts", "ambachten", "الحرف"),
    "72": ("crafts with metal and machines", "ambachten met metaal en machines", "حرف المعادن والآلات"),
    "721": ("shaping and joining metal", "metaal vormen en verbinden", "تشكيل المعادن ووصلها"),
    "7212": ("welding and flame cutting", "lassen en snijbranden", "اللحام والقطع باللهب"),
    "74": ("crafts with electricity", "ambachten met elektriciteit", "حرف الكهرباء"),
    "741": ("fitting electric equipment", "elektrische toestellen plaatsen", "تركيب المعدات الكهربائية"),
    "7411": ("electric work in buildings", "elektriciteitswerk in gebouwen", "كهرباء المباني"),
    "75": ("crafts with food, wood and cloth", "ambachten met voeding, hout en stof", "حرف الأغذية والخشب والقماش"),
    "751": ("crafts with food", "ambachten met voeding", "حرف الأغذية"),
    "7512": ("baking", "bakken", "الخبازة"),
    "8": ("machines and vehicles", "machines en voertuigen", "الآلات والمركبات"),
    "83": ("vehicles and cranes", "voertuigen en kranen", "المركبات والرافعات"),
    "833": ("heavy vehicles", "zware voertuigen", "المركبات الثقيلة"),
    "8332": ("heavy goods vehicles", "zware vrachtvoertuigen", "مركبات نقل البضائع"),
    "9": ("simple work", "eenvoudig werk", "الأعمال البسيطة"),
    "91": ("cleaning and helping", "schoonmaken en helpen", "التنظيف والمساعدة"),
    "911": ("cleaning indoors", "binnen schoonmaken", "التنظيف الداخلي"),
    "9112": ("cleaning of offices and hotels", "schoonmaak van kantoren en hotels", "تنظيف المكاتب والفنادق"),
}

SKILL_GROUPS = {
    "S": ("skills", "vaardigheden", "المهارات"),
    "S1": ("working with people", "werken met mensen", "العمل مع الناس"),
    "S2": ("information and planning", "informatie en planning", "المعلومات والتخطيط"),
    "S3": ("caring and feeding", "zorgen en voeden", "الرعاية والتغذية"),
    "S3.1": ("preparing food", "eten bereiden", "إعداد الطعام"),
    "S3.2": ("caring for the sick", "zorgen voor zieken", "العناية بالمرضى"),
    "S5": ("working with computers", "werken met computers", "العمل بالحاسوب"),
    "S8": ("working with hands and machines", "werken met handen en machines", "العمل اليدوي والآلي"),
    "S8.1": ("building and joining", "bouwen en verbinden", "البناء والوصل"),
    "S8.2": ("moving goods", "goederen verplaatsen", "نقل البضائع"),
    "K": ("knowledge", "kennis", "المعرفة"),
    "K1": ("knowledge of food", "kennis van voeding", "معرفة الأغذية"),
    "K2": ("knowledge of computing", "kennis van informatica", "معرفة الحوسبة"),
}

LANGUAGES = ("en", "nl", "ar")

NARROWER_SKILLS = [(13, 12)]
"""A skill and the skill it is a part of."""

RELATED_SKILLS = [(13, "optional", 12), (15, "essential", 16)]
