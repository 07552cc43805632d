package dev.tradewind.html;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tradewind.Readable;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HtmlPageTest {
    private static final String URL = "http://joes.example/shop/page";

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/html/text.csv", numLinesToSkip = 1)
    void showsTitleAndTextAsAVisitorReadsThem(String file, String title, String text) throws IOException {
        HtmlPage page = page(file);

        assertThat(page.title()).isEqualTo(title);
        assertThat(page.text()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<p style='font-size:0'>                                                          | seen",
                "<p style='FONT-SIZE : 0px !important'>                                           | seen",
                "<p style='font-size:1px'>                                                        | seen",
                "<p style='font-size:1em'>                                                        | unsure seen",
                "<div style='font-size:0'><p>                                                     | seen",
                "<div style='font-size:0'><p style='font-size:14px'>                              | unsure seen",
                "<p style='color:#fff;background:#FFFFFF'>                                        | seen",
                "<p style='color:white;background-color:rgb(250, 255, 255)'>                      | seen",
                "<p style='color:white;background-color:rgb(0, 51, 102)'>                         | unsure seen",
                "<p style='color:white'>                                                          | unsure seen",
                "<p style='color:#fff;background:#fff url(dark.jpg)'>                             | unsure seen",
                "<div style='background:#fff'><p><span style='color:#fefefe'>                     | seen",
                "<div style='background:#fff'><p class='dark'><span style='color:#fff'>           | unsure seen",
                "<div style='background:#fff'><p style='background:#036'><span style='color:#fff'>| unsure seen",
                "<table bgcolor=white><tr><td><font color='#FFFFFF'>                              | seen",
                "<p style='position:absolute; left:-9999px'>                                      | seen",
                "<p style='position:fixed; top:-999em'>                                           | seen",
                "<p style='position:absolute; left:-50%'>                                         | unsure seen",
                "<p style='left:-9999px'>                                                         | unsure seen",
                "<p style='text-indent:-9999px'>                                                  | seen",
                "<p style='text-indent:-1.5em'>                                                   | unsure seen",
                "<p style='position:absolute;width:1px;height:1px;overflow:hidden'>               | seen",
                "<p style='height:0;overflow:hidden'>                                             | unsure seen",
                "<p style='opacity:0'>                                                            | unsure seen",
                "<p style=';:;color;font-size:;left:--;width:9999999999999px;color:#zzz'>         | unsure seen",
            })
    void takesForTextWhatAVisitorCanSee(String opening, String text) {
        assertThat(html(opening + "unsure</span></font></p></div></table><p>seen")
                        .text())
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'@type':'RoofingContractor','address':'x'}                             | Roofing Contractor seen",
                "{'@type':['LocalBusiness','https://schema.org/Dentist'],'telephone':''} | Dentist seen",
                "{'@type':'LocalBusiness','address':{'@type':'PostalAddress'}}           | seen",
                "{'@graph':[{'@type':'WebSite'},{'@type':'Bakery','address':'','description':'We bake.'}]}"
                        + " | Bakery, We bake. seen",
                "{'@type':'Article','description':'Not of the business'}                 | seen",
                "{'@type':'Service','name':'Drain cleaning','serviceType':['Plumbing']}  | Plumbing, Drain cleaning seen",
                "{'@type':'Organization','address':'','knowsAbout':['Roofs','Gutters','Roofs']} | Roofs, Gutters seen",
                "{'priceRange':'$','hasOfferCatalog':{'itemListElement':[{'itemOffered':{'name':'Brakes'}}]}} | Brakes seen",
                "[{'@type':{'@type':7},'address':7,'description':{},'makesOffer':[[null]]}] | seen",
                "{'@type':'Plumber','address':'',}                                       | Plumber seen",
                "{'@type':'Plumber','address':'                                          | seen",
                "'just words'                                                            | seen",
                "''                                                                      | seen",
            })
    void readsWhatStructuredDataSaysOfTheBusiness(String json, String text) {
        assertThat(structured(json.replace('\'', '"')).text()).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<footer>beside</footer>",
                "<div role=contentinfo>beside</div>",
                "<div id=cookie-notice>beside</div>",
                "<div class='site CookieConsent--open'>beside</div>",
                "<aside id=onetrust-consent-sdk>beside</aside>",
            })
    void readsPastFootersAndCookieBannersUnlessThereIsNothingElse(String beside) {
        var content = "We bake sourdough bread. ".repeat(6).strip();

        assertThat(html(beside + content).text()).isEqualTo(content);
        assertThat(html(content + beside).text()).isEqualTo(content);
        assertThat(html(beside + "Bread").text()).isEqualTo("beside Bread");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<nav>", "<header>", "<aside>", "<div class=cookies>", "<div id=our-cookie-bar>"})
    void readsWhatMenusAndHeadersOffer(String opening) {
        var content = "We bake sourdough bread. ".repeat(6).strip();

        assertThat(html(opening + "Cakes</nav></header></aside></div>" + content)
                        .text())
                .isEqualTo("Cakes " + content);
    }

    @Test
    void leavesRoomForWhatAVisitorReadsWhateverTheDescription() {
        HtmlPage page = html("<meta name=description content='" + "casino ".repeat(5_000) + "'><p>Bread");

        assertThat(page.text()).hasSizeLessThan(600).endsWith(" Bread");
    }

    @Test
    void bearsStructuredDataOfAnySize() {
        var business = "{\"address\":\"\",\"description\":\"%s\"}";

        assertThat(structured(business.formatted("x".repeat(10_000))).text()).hasSize(StructuredData.MAX_TEXT + 5);
        assertThat(structured(business.formatted("x".repeat(100_000))).text()).isEqualTo("seen");
        assertThat(structured("[".repeat(60_000)).text()).isEqualTo("seen");
        assertThat(structured("{\"address\":".repeat(5_000)).text()).isEqualTo("seen");
        assertThat(structured("9".repeat(60_000)).text()).isEqualTo("seen");
        assertThat(html(("<script type=application/ld+json>" + business.formatted("x") + "</script>").repeat(5_000)
                                + "seen")
                        .text())
                .isEqualTo("x seen");
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(resources = "/html/links.csv", numLinesToSkip = 1, maxCharsPerColumn = 10_000)
    void findsLinks(String file, String links) throws IOException {
        assertThat(page(file).links())
                .extracting(link -> link.url().replace("http://joes.example", "") + " " + link.text())
                .containsExactly(links.split("\\s*\\|\\s*"));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource({
        "UTF-8,        text/html; charset=utf-8,      ''",
        "UTF-8,        text/html,                     ''",
        "UTF-8,        text/html,                     <meta charset=utf-8>",
        "UTF-8,        text/html; charset=iso-8859-1, <meta charset=utf-8>",
        "UTF-8,        text/html; charset=nonsense,   <meta charset=more-nonsense>",
        "windows-1252, text/html; charset=utf-8,      ''",
        "windows-1252, text/html; charset=iso-8859-1, ''",
        "windows-1252, text/html,                     ''",
        "windows-1252, text/html,                     <meta charset=windows-1252>",
        "windows-1252, ,                              <meta http-equiv=content-type content='text/html; charset=latin1'>",
        "windows-1252, text/html; charset='',         <meta charset=utf-16>",
        "windows-1250, text/html; charset=windows-1250, ''",
        "windows-1250, text/html,                     <?xml version='1.0' encoding='windows-1250'?>",
        "UTF-16LE,     text/html,                     ''",
        "UTF-16BE,     text/html,                     ''",
    })
    void readsUmlautsInAnyCharset(String charset, String contentType, String declaration) {
        byte[] body = ("<html>" + declaration + "<p>Bäckerei Müller, Größe").getBytes(Charset.forName(charset));

        assertThat(HtmlPage.parse(URL, body, contentType, false).text()).isEqualTo("Bäckerei Müller, Größe");
    }

    @ParameterizedTest
    @CsvSource({
        "Shift_JIS,   東京の寿司屋へようこそ",
        "EUC-KR,      서울 한식당에 오신 것을 환영합니다",
        "GB2312,      北京烤鸭店欢迎您",
        "Big5,        台北牛肉麵館歡迎您",
        "ISO-2022-JP, 東京の寿司屋へようこそ",
        "KOI8-R,      Добро пожаловать в пекарню",
    })
    void readsOtherScriptsWhereTheyAreDeclared(String charset, String text) {
        byte[] body = ("<meta charset=" + charset + "><p>" + text).getBytes(Charset.forName(charset));

        assertThat(HtmlPage.parse(URL, body, null, false).text()).isEqualTo(text);
    }

    @Test
    void readsAnyBytesInAnyCharsetThatAPageMayName() {
        byte[] body = new byte[4_000];
        new Random(1).nextBytes(body);
        for (String charset : Charset.availableCharsets().keySet()) {
            HtmlPage page = HtmlPage.parse(URL, body, "text/html; charset=" + charset, false);
            Readable.check(page.text(), HtmlPage.MAX_TEXT);
        }
    }

    @Test
    void readsBehindAByteOrderMarkWhateverElseIsDeclared() {
        byte[] utf8 = "\ufeff<meta charset=koi8-r><p>Größe".getBytes(StandardCharsets.UTF_8);
        byte[] utf16 = "\ufeff<meta charset=koi8-r><p>Größe".getBytes(StandardCharsets.UTF_16LE);

        assertThat(HtmlPage.parse(URL, utf8, "text/html; charset=koi8-r", false).text())
                .isEqualTo("Größe");
        assertThat(HtmlPage.parse(URL, utf16, "text/html; charset=koi8-r", false)
                        .text())
                .isEqualTo("Größe");
    }

    @Test
    void takesACutCharacterForNoSignOfAnotherCharset() {
        byte[] body = "<p>Größe und Maß".getBytes(StandardCharsets.UTF_8);
        byte[] cut = java.util.Arrays.copyOf(body, body.length - 1);

        assertThat(HtmlPage.parse(URL, cut, null, true).text()).startsWith("Größe und Ma");
    }

    @Test
    void cutsTextTitleAndLinkTextWithoutSplittingACharacter() {
        String pizza = "🍕".repeat(5_000);
        HtmlPage page = html("<title>x" + pizza + "</title><p>x" + pizza + "<a href=/y>x" + pizza);

        assertThat(page.text()).hasSize(HtmlPage.MAX_TEXT - 1).endsWith("🍕");
        assertThat(page.title()).hasSize(299).endsWith("🍕");
        assertThat(page.links().get(0).text()).hasSize(199).endsWith("🍕");
    }

    @Test
    void keepsNoMoreThanAThousandLinksButLateTextsForThem() {
        var links = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            links.append("<a href=/").append(i % 1_500).append('>').append(i < 1_500 ? "" : "late");
        }

        HtmlPage page = html(links.toString());

        assertThat(page.links()).hasSize(HtmlPage.MAX_LINKS).allMatch(link -> link.text()
                .equals("late"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0; url=/welcome                  | http://joes.example/welcome",
                "0;URL='welcome'                  | http://joes.example/shop/welcome",
                "5; url=https://joes.example/     | https://joes.example/",
                "3 , url = \"/a b\" ; x           | http://joes.example/a%20b",
                "2.5;/welcome                     | http://joes.example/welcome",
                "30; url=/welcome                 |",
                "5                                |",
                "0; url=                          |",
                "0; url=javascript:alert(1)       |",
                "soon; url=/welcome               |",
                "99999999999; url=/welcome        |",
            })
    void readsWhereARefreshLeads(String content, String url) {
        assertThat(html("<meta http-equiv=Refresh content='" + content.replace("'", "&#39;") + "'>")
                        .refresh())
                .isEqualTo(url);
    }

    @Test
    void takesARefreshForThoseWithoutScriptForNone() {
        assertThat(html("<noscript><meta http-equiv=refresh content='0; url=/no-js'></noscript>")
                        .refresh())
                .isNull();
    }

    @Test
    void bearsTagsNestedAHundredThousandDeep() {
        assertThat(html("high" + "<div>".repeat(100_000)).text()).isEqualTo("high");
        assertThat(html("<div>".repeat(40_000) + "deep").text()).isEqualTo("deep");
        assertThat(html("<b><a href=/x>".repeat(20_000) + "deep").text()).isEqualTo("deep");
        assertThat(html("<table><tr><td>".repeat(15_000) + "deep").text()).contains("deep");
    }

    @Test
    void bearsAnyBytes() {
        var random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] noise = new byte[random.nextInt(2_000)];
            random.nextBytes(noise);
            for (int j = 0; j < noise.length; j += 1 + random.nextInt(9)) {
                noise[j] = (byte) "<>/='\"&!-a ".charAt(random.nextInt(11));
            }
            HtmlPage page = HtmlPage.parse(URL, noise, "text/html; charset=" + random.nextInt(), i % 2 == 0);

            assertThat(page.text().chars().noneMatch(Character::isISOControl)).isTrue();
            assertThat(page.text()).hasSizeLessThanOrEqualTo(HtmlPage.MAX_TEXT);
        }
    }

    private static HtmlPage structured(String json) {
        return html("<script type='application/ld+json'>" + json + "</script><p>seen");
    }

    private static HtmlPage html(String html) {
        return HtmlPage.parse(URL, html.getBytes(StandardCharsets.UTF_8), null, false);
    }

    private static HtmlPage page(String file) throws IOException {
        try (var html = HtmlPageTest.class.getResourceAsStream("/html/" + file + ".html")) {
            return HtmlPage.parse(URL, html.readAllBytes(), null, false);
        }
    }
}
