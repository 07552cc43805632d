package dev.tradewind.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;

/** The report in a real browser. */
class ReportIT {

    @TempDir
    static Path shared;

    @TempDir
    Path folder;

    private static Browser browser;
    private static Path ofHundred;

    @BeforeAll
    static void startBrowser() throws IOException {
        browser = new Browser(shared.resolve("profile"));
        ofHundred = new WrittenRun(shared.resolve("hundred"))
                .predictions("2026-11-22--09/part-0-0", WrittenRun.businesses(100))
                .rejected(List.of(WrittenRun.rejectedLine("C-7,Nameless,", 8)))
                .report();
    }

    @AfterAll
    static void stopBrowser() {
        browser.close();
    }

    @AfterEach
    void nothingWentWrongUnseen() throws IOException {
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.requests()).allMatch(url -> url.startsWith("file:") || url.startsWith("data:"));
    }

    @Test
    void showsTotalsRowsAndRejectedLines() throws IOException {
        browser.open(ofHundred, "");

        assertThat(browser.requests()).isEqualTo(Set.of(ofHundred.toUri().toString()));
        assertThat(browser.element("h1").getText()).isEqualTo("Tradewind: businesses.csv");
        assertThat(browser.element("#when").getText())
                .isEqualTo("2026-11-22 09:58:12 to 10:10:46 UTC (12 min 34 s) · model " + WrittenRun.MODEL);
        assertThat(browser.texts("#totals [data-total]")).startsWith("100", "80", "10", "10", "1");
        assertThat(browser.count("#rows > li")).isEqualTo(50);
        assertThat(browser.element("#rows > li").getText())
                .contains("B-00000", "classified", "Liquor & Wine Store", "%", "review");
        assertThat(browser.texts(".rejected tbody tr").get(0))
                .contains("businesses.csv:8", "no-url", "The column url is empty.", "C-7,Nameless,");
    }

    @Test
    void showsMoreRowsWhenAsked() throws IOException {
        browser.open(ofHundred, "");

        browser.element("#more").click();

        assertThat(browser.count("#rows > li")).isEqualTo(100);
        assertThat(browser.element("#more").isDisplayed()).isFalse();
    }

    @Test
    void filtersByStatusIndustryAndPolicyAndCountsAgain() throws IOException {
        browser.open(ofHundred, "");

        browser.select("status", "failed");
        assertThat(count()).isEqualTo("10 of 100 businesses");
        assertThat(browser.texts("#rows .badge")).hasSize(10).containsOnly("failed");
        assertThat(browser.texts(".picture.industry button")).isEmpty();

        browser.select("status", "classified");
        browser.select("industry", "plumber");
        var plumbers = browser.texts("#rows .industries li:first-child > :first-child");
        assertThat(plumbers).isNotEmpty().containsOnly("Plumber");
        assertThat(count()).isEqualTo(plumbers.size() + " of 100 businesses");
        assertThat(browser.texts(".picture.policy button .number"))
                .containsExactly(String.valueOf(plumbers.size()), "0", "0");

        browser.select("industry", "");
        browser.element(".picture.policy [data-pick='policy reject']").click();
        assertThat(browser.texts("#rows .industries li:first-child .verdict")).containsOnly("reject");
        assertThat(browser.element("[name=policy] option:checked").getText()).startsWith("reject");
    }

    @Test
    void findsAnIndustryAnywhereInTheTopThree() throws IOException {
        browser.open(ofHundred, "#industry=bakery");
        var asBest = browser.count("#rows > li");

        browser.element("[name=within]").click();

        assertThat(browser.count("#rows > li")).isGreaterThan(asBest);
        assertThat(browser.texts("#rows .industries")).allMatch(text -> text.contains("Bakery"));
    }

    @Test
    void searchesWithoutMindingCaseAndAccents() throws IOException {
        browser.open(ofHundred, "");

        browser.element("[name=q]").sendKeys("MULLER plumber");

        assertThat(browser.texts("#rows .who"))
                .isNotEmpty()
                .allMatch(text -> text.contains("Müller") || text.contains("mller"))
                .allMatch(text -> text.toLowerCase().contains("plumber"));
    }

    @Test
    void sortsByProbabilityPagesAndTimeTakenInBothDirections() throws IOException {
        browser.open(ofHundred, "#status=classified");

        browser.select("sort", "probability");
        assertThat(numbers("#rows .industries li:first-child .number"))
                .isSortedAccordingTo((a, b) -> Double.compare(b, a));
        browser.element("#direction").click();
        assertThat(numbers("#rows .industries li:first-child .number")).isSorted();

        browser.select("sort", "pages");
        assertThat(numbers("#rows .cost > :first-child")).isSortedAccordingTo((a, b) -> Double.compare(b, a));

        browser.select("sort", "taken");
        assertThat(numbers("#rows .cost > :last-child")).isSortedAccordingTo((a, b) -> Double.compare(b, a));

        browser.select("sort", "id");
        assertThat(browser.texts("#rows .id")).isSorted();
    }

    @Test
    void keepsTheFiltersInTheAddressSoThatTheyCanBeShared() throws IOException {
        browser.open(ofHundred, "");
        browser.select("status", "abstained");
        browser.select("reason", "low-confidence");
        browser.select("sort", "taken");
        browser.await("location.hash.includes('sort=taken')");
        var address = browser.hash();
        var rows = browser.texts("#rows .id");

        browser.open(ofHundred, address);

        assertThat(address).isEqualTo("#status=abstained&reason=low-confidence&sort=taken");
        assertThat(count()).isEqualTo("5 of 100 businesses");
        assertThat(browser.texts("#rows .id")).isEqualTo(rows);

        browser.element("[type=reset]").click();
        assertThat(count()).isEqualTo("100 businesses");
    }

    @Test
    void ignoresAnAddressThatNamesWhatIsNotThere() throws IOException {
        browser.open(ofHundred, "#status=lost&sort=__proto__&industry=%3Cb%3E&order=up");

        assertThat(count()).isEqualTo("100 businesses");
    }

    @Test
    void opensARowByKeyboardAndShowsEvidenceAndPages() throws IOException {
        browser.open(ofHundred, "#status=classified&sort=pages");
        var row = browser.element("#rows > li");
        var pages = row.findElement(By.cssSelector(".cost > :first-child")).getText();

        row.findElement(By.tagName("summary")).sendKeys(Keys.ENTER);
        browser.await("document.querySelector('.detail') !== null");

        assertThat(row.findElement(By.className("evidence")).getText())
                .contains("page-1-text", "domain", "business-name", "http://www.");
        assertThat(row.findElements(By.cssSelector(".evidence .diverging .bar")))
                .hasSizeGreaterThan(4);
        var looks = row.findElements(By.cssSelector(".pages tbody tr"));
        assertThat(looks).hasSize(Integer.parseInt(pages.split(" ")[0]));
        assertThat(looks.get(1).getText()).contains("About us", "via “About us”", "kB", "ms");
        assertThat(row.findElement(By.className("facts")).getText())
                .contains("Submitted", "Classified", WrittenRun.MODEL);
    }

    @Test
    void showsHostileTextAsText() throws IOException {
        var harmless = new WrittenRun(folder.resolve("harmless"))
                .predictions("part-0-0", List.of(WrittenRun.classified("x", "X", "javascript:x")))
                .rejected(List.of(WrittenRun.rejectedLine("x", 1)))
                .report();
        browser.open(harmless, "");
        openFirstRow();
        var elements = browser.count("*");

        for (var text : List.of(
                "</script><script>alert(1)</script>",
                "<!--<script>",
                "<img src=x onerror=alert(1)>",
                "\"'><svg/onload=alert(1)>",
                "javascript:alert(1)")) {
            var hostile = new WrittenRun(folder)
                    .predictions(
                            "part-0-0", List.of(WrittenRun.classified(text, text, "javascript:alert('" + text + "')")))
                    .rejected(List.of(WrittenRun.rejectedLine(text, 1)))
                    .report();
            browser.open(hostile, "");
            openFirstRow();

            assertThat(browser.showsDialog()).isFalse();
            assertThat(browser.count("*")).isEqualTo(elements);
            assertThat(browser.element(".name").getText()).isEqualTo(text);
            assertThat(browser.element(".rejected code").getText()).isEqualTo(text);
        }
    }

    @Test
    void linksOnlyToWebPages() throws IOException {
        var report = new WrittenRun(folder)
                .predictions(
                        "part-0-0",
                        List.of(
                                WrittenRun.classified("a", "A", "https://a.example/"),
                                WrittenRun.classified("b", "B", "b.example:8080/home"),
                                WrittenRun.classified("c", "C", "javascript:alert(1)"),
                                WrittenRun.classified("d", "D", "data:text/html,x"),
                                WrittenRun.classified("e", "E", "file:///etc/hosts"),
                                WrittenRun.classified("f", "F", "http://["),
                                WrittenRun.classified("g", "G", " java\nscript:alert(1)")))
                .report();

        browser.open(report, "");

        assertThat(browser.elements("#rows a"))
                .extracting(link -> link.getDomAttribute("href"))
                .containsExactly("https://a.example/", "http://b.example:8080/home");
        assertThat(browser.elements("#rows a"))
                .allMatch(link -> link.getDomAttribute("rel").equals("noopener noreferrer"));
    }

    @Test
    void opensTenThousandBusinessesWithFewRowsInThePage() throws IOException {
        var report = new WrittenRun(folder)
                .predictions("part-0-0", WrittenRun.businesses(6_000))
                .predictions("part-1-0", WrittenRun.businesses(10_000).subList(6_000, 10_000))
                .report();

        browser.open(report, "");
        assertThat(count()).isEqualTo("10,000 businesses");
        assertThat(browser.count("#rows > li")).isLessThan(500);

        browser.select("status", "abstained");
        assertThat(count()).isEqualTo("1,000 of 10,000 businesses");
        browser.element("[name=q]").sendKeys("B-09994");
        assertThat(browser.texts("#rows .id")).containsExactly("B-09994");
        openFirstRow();
        assertThat(browser.count("*")).isLessThan(5_000);
    }

    private static void openFirstRow() {
        browser.element("summary").click();
        browser.await("document.querySelector('.detail') !== null");
    }

    private static String count() {
        return browser.element("#count").getText();
    }

    /** What numbers these texts start with; seconds where they are times. */
    private static List<Double> numbers(String css) {
        return browser.texts(css).stream()
                .map(text -> text.split(" "))
                .map(words -> Double.parseDouble(words[0]) / (words[1].equals("ms") ? 1000 : 1))
                .toList();
    }
}
