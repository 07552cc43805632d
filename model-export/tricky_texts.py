"""What the Java side has to encode and classify as the Python side does; all of it written for this purpose."""

from segments import Site

_LONG = "We repair boilers, fit bathrooms and clear blocked drains across the whole county, day or night. " * 30  # over 300 words

# Texts that tokenisers like to disagree on, each with the number of tokens it is cut to.
TOKENS = [
    ("", 256),
    ("   \t \n  ", 16),
    ("Plumbing", 8),
    ("Smith & Sons Plumbing | Emergency Plumber in Springfield, open 24/7 for every home and shop", 16),
    (_LONG, 256),
    (_LONG, 10),
    ("smith sons plumbing heating and air conditioning", 8),
    ("Café Zoë – crème brûlée, jalapeño & smørrebrød", 256),
    ("Cafe\u0301 Zoe\u0308 with combining accents", 256),
    ("ÀÉÎÕÜ ÇA ÑANDÚ STRASSE straße ẞ İstanbul ıspanak", 256),
    ("Pizza 🍕🍕 & beer 🍺! 👩‍🍳 👍🏽 🇨🇦", 256),
    ("寿司レストラン 東京 한국 음식점 饭店", 256),
    ("Ресторан Москва, Αθήνα ταβέρνα, مطعم, מסעדה, भोजनालय", 256),
    ("Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrik" * 4, 256),
    ("x" * 101, 16),
    ("x" * 100, 256),
    ("zero\u200bwidth soft\u00adhyphen no\u00a0break \ufeffmark \u2028line", 256),
    ("nul\u0000 bell\u0007 escape\u001b[31m delete\u007f next\u0085line", 256),
    ("replacement \ufffd and private \ue000 and \U0001f9ff", 256),
    ("&amp; &nbsp; &#39; &lt;b&gt; %20 \\u00e9", 256),
    ("“Quotes” ‘single’ … — – • · ™ ® © ½ № ﬁ ﬂ €99.99 £5 ¥", 256),
    ("[CLS] [SEP] [MASK] [UNK] [PAD] [mask]", 256),
    ("C++ / C# / .NET e-commerce, B2B, HVAC-R; 1-800-555-0199 info@example.com https://example.com/a?b=c", 256),
    ("word\r\nword\tword\u3000word", 256),
    ("ＦＵＬＬ　ｗｉｄｔｈ ① ² ℡", 256),
    ("don't can't o'clock rock'n'roll y'all's", 16),
    ("𝔉𝔯𝔞𝔨𝔱𝔲𝔯 𝐁𝐨𝐥𝐝 𠮷野家", 256),
]

# Sites: a full one whose pages repeat phrases, one page without title or name, one with accents and no known extension, one of a shared host, one of no public suffix.
SITES = [
    Site("crumb", "Crumb & Crust Bakery LLC", "http://crumb-and-crust.com/", [
        ("https://www.crumb-and-crust.com/", "Crumb & Crust Bakery", "Family-owned bakery. Fresh sourdough, croissants and birthday cakes from our oven every morning."),
        ("https://www.crumb-and-crust.com/bread", "Our bread | Crumb & Crust", "Our bread is mixed by hand and baked on stone. " * 3 + _LONG),
        ("https://www.crumb-and-crust.com/cakes", "Wedding cakes", "Order a wedding cake: choose tiers, filling and sugar flowers, and taste before you decide. family-owned BAKERY; fresh sourdough croissants! And more."),
        ("https://www.crumb-and-crust.com/visit", "Visit us", "Opening hours: Tuesday to Sunday, seven to three. Closed on Mondays."),
        ("https://www.crumb-and-crust.com/story", "", "Our story began in a garage with one oven."),
    ]),
    Site("drains", "", "drains.co.uk", [
        ("http://drains.co.uk/", "", "Boiler repairs, blocked drains, leaking taps and new bathrooms. Call our plumbers day or night."),
    ]),
    Site("pont", "Hôtel du Vieux Pont", "http://hotel_du-vieux.pont.quebec/", [
        ("http://hotelduvieuxpont.quebec/", "Hôtel du Vieux Pont", "Bienvenue à Québec! Our hôtel has 24 rooms, a café and a spa \u2013 book your stay online."),
        ("http://hotelduvieuxpont.quebec/rooms", "Chambres", "Rooms & suites"),
    ]),
    Site("stall", "Stall & Fold", "https://stall-and-fold.github.io/", [
        ("https://stall-and-fold.github.io/", "Stall & Fold Horse Boarding", "Stalls, pasture and riding lessons for horses and their people."),
    ]),
    Site("lane", "Willow Lane", "http://willow-lane.localhost:8080/", [
        ("http://willow-lane.localhost:8080/", "Willow Lane Vets", "Vaccinations and surgery for cats and dogs."),
    ]),
]
