package dev.tradewind.html;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tradewind.RawAnswer;
import dev.tradewind.Readable;
import dev.tradewind.url.CanonicalUrl;

class HtmlPageFuzzTest {
    private static final String URL = "http://joes.example/shop/page";

    /** @param input a content type, and behind its line a page */
    @DictionaryFile(resourcePath = "/html/words.dict")
    @FuzzTest(maxExecutions = 20_000)
    void anyBytesAreAPageWithinItsLimits(byte[] input) {
        var answer = RawAnswer.of(input);

        HtmlPage page = HtmlPage.parse(URL, answer.body(), answer.head(), answer.truncated());

        assertThat(page).isNotNull();
        Readable.check(page.title(), 300);
        Readable.check(page.text(), HtmlPage.MAX_TEXT);
        assertThat(page.links()).hasSizeLessThanOrEqualTo(HtmlPage.MAX_LINKS);
        assertThat(page.links()).extracting(Link::url).doesNotHaveDuplicates();
        for (Link link : page.links()) {
            Readable.check(link.text(), 200);
            assertThat(CanonicalUrl.of(link.url())).isEqualTo(link.url());
        }
        if (page.refresh() != null) {
            assertThat(CanonicalUrl.of(page.refresh())).isEqualTo(page.refresh());
        }
    }
}
